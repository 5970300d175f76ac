-- one row per person and course: whether it was passed, by its result or else by score and pass mark
with trainings as (
    select * from latest.trainings
)

select
    concat_ws('/', course, trained_on, person, employee_no) as training_id,
    -- two people of one name are told apart by their numbers
    coalesce(employee_no, person) as person,
    coalesce(department, '未填') as department,
    coalesce(position, '未填') as job_title,
    coalesce(community, '未填') as community,
    course,
    coalesce(category, '未填') as category,
    trained_on,
    hours,
    score,
    pass_mark,
    coalesce(is_passed, score >= pass_mark) as is_passed,
    is_certified,
    certificate_expires_on,
    trainer,
    source_file_id,
    source_row
from trainings
