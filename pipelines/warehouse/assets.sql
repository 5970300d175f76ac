-- one row per asset
select
    asset_id,
    system,
    coalesce(community, '未填') as community,
    coalesce(building, '未填') as building,
    name,
    in_service_on
from latest.assets
order by asset_id
