-- The linter would not indent the body of a macro, and patterns are long.
-- noqa: disable=layout.indent,layout.long_lines
-- Functions of the reading statement: text of an export to a value, or null where it is not one.
-- A macro is pasted in, so an argument that is used twice is worked out twice: results that are needed more than
-- once pass through a list of one element.

create or replace macro half_width(x) as
    translate(
        x,
        '！＂＃＄％＆＇（）＊＋，－．／０１２３４５６７８９：；＜＝＞？＠ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ［＼］＾＿｀ａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ｛｜｝～￥−　 ①②③④⑤⑥⑦⑧⑨ⅠⅤⅩ',
        '!"#$%&''()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefghijklmnopqrstuvwxyz{|}~¥-  123456789IVX'
    );

create or replace macro trimmed(x) as
    trim(x, getvariable('blanks'));

-- Spreadsheets write ="00123" or '00123 to keep an id a text.
create or replace macro unquoted(x) as
    case
        when starts_with(x, '="') and ends_with(x, '"') then x[3:-2]
        when starts_with(x, '''') then x[2:]
        else x
    end;

create or replace macro widths_evened(x) as case when regexp_matches(x, '[^ -~一-龥]') then half_width(x) else x end;

create or replace macro not_null_word(x) as
    case when x = '' or (length(x) < 9 and list_contains(getvariable('null_words'), lower(x))) then null else x end;

-- The same for a text that needs no cleaning: the words as exports spell them, so that nothing is put into lower case.
create or replace macro not_null_spelling(x) as
    case when x = '' or (strlen(x) < 25 and list_contains(getvariable('null_spellings'), x)) then null else x end;

create or replace macro normalised(x) as unquoted(trimmed(widths_evened(x)));

create or replace macro all_normalised(texts) as
    list_transform(list_transform(texts, lambda x: trimmed(widths_evened(x))), lambda x: unquoted(x));

create or replace macro all_cleaned(texts) as list_transform(all_normalised(texts), lambda x: not_null_word(x));

create or replace macro all_cleaned_prose(texts) as
    list_transform(list_transform(texts, lambda x: trimmed(x)), lambda x: not_null_word(x));

create or replace macro cleaned(x) as all_cleaned([x])[1];

-- Moments. A time of 24:00 or an offset other than +08:00 is refused: DuckDB would shift or ignore it.
create or replace macro timestamp_of_parts(year, month, day, half, hour, minute, second) as
    case
        when coalesce(try_cast(nullif(hour, '') as integer), 0) > 23 then null
        else
            try_cast(
                concat(
                    year, '-', month, '-', day, ' ',
                    case
                        when regexp_full_match(half, '下午|傍晚|晚上|晚|[Pp]\.?[Mm]\.?|中午')
                            and try_cast(hour as integer) < 12
                            and not (half = '中午' and try_cast(hour as integer) > 9)
                            then cast(try_cast(hour as integer) + 12 as varchar)
                        when regexp_full_match(half, '上午|早上|早晨|凌晨|[Aa]\.?[Mm]\.?') and hour = '12' then '0'
                        when hour = '' then '0'
                        else hour
                    end,
                    ':', case when minute = '' then '0' else minute end,
                    ':', case when second = '' then '0' else second end
                ) as timestamp
            )
    end;

create or replace macro parts_year_first(x) as
    regexp_extract(
        x,
        '^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?[\sT,]*(?:\(?(?:星期|周)[一二三四五六日天]\)?)?\s*(上午|早上|早晨|凌晨|中午|下午|傍晚|晚上|晚|[AaPp][Mm])?\s*(?:(\d{1,2})\s*[:时点]\s*(?:(\d{1,2})\s*(?:[:分]\s*(?:(\d{1,2})(?:\.\d+)?\s*秒?)?)?)?)?\s*([AaPp]\.?[Mm]\.?)?(?:\s*\+08:?00)?$',
        ['year', 'month', 'day', 'half', 'hour', 'minute', 'second', 'half_after']
    );

create or replace macro parts_year_last(x) as
    regexp_extract(
        x,
        '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[\sT,]*(?:(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?)?\s*([AaPp]\.?[Mm]\.?)?$',
        ['first', 'second_number', 'year', 'hour', 'minute', 'second', 'half']
    );

create or replace macro timestamp_year_first(p) as
    timestamp_of_parts(p.year, p.month, p.day, concat(p.half, p.half_after), p.hour, p.minute, p.second);

create or replace macro timestamp_year_last(p, date_order) as
    case date_order
        when 'day_first'
            then timestamp_of_parts(p.year, p.second_number, p.first, p.half, p.hour, p.minute, p.second)
        when 'month_first'
            then timestamp_of_parts(p.year, p.first, p.second_number, p.half, p.hour, p.minute, p.second)
    end;

create or replace macro moment(x, date_order) as
    case
        when regexp_full_match(x, '\d{4}-\d{1,2}-\d{1,2}(?:[ T](?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?)?')
            then try_cast(x as timestamp)
        when x is null then null
        when regexp_full_match(x, '\d{4}([/.]\d{1,2}){2}(?: (?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)?')
            then try_cast(translate(x, '/.', '--') as timestamp)
        when regexp_matches(x, '^\d{4}\s*[-/.年]')
            then list_transform([parts_year_first(x)], lambda p: timestamp_year_first(p))[1]
        when regexp_matches(x, '^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}')
            then list_transform([parts_year_last(x)], lambda p: timestamp_year_last(p, date_order))[1]
        when regexp_full_match(x, '(?:19|20)\d{6}') then try_strptime(x, '%Y%m%d')
        when regexp_full_match(x, '(?:19|20)\d{10}') then try_strptime(x, '%Y%m%d%H%M')
        when regexp_full_match(x, '(?:19|20)\d{12}') then try_strptime(x, '%Y%m%d%H%M%S')
        when regexp_full_match(x, '(?:19|20)\d{6} \d{1,2}:\d{2}') then try_strptime(x, '%Y%m%d %H:%M')
        when regexp_full_match(x, '(?:19|20)\d{6} \d{1,2}:\d{2}:\d{2}') then try_strptime(x, '%Y%m%d %H:%M:%S')
        when regexp_full_match(x, '[2-7]\d{4}(?:\.\d+)?')
            then timestamp '1899-12-30' + to_seconds(cast(round(cast(x as double) * 86400) as bigint))
        when regexp_full_match(x, '\d{1,2}[- ][A-Za-z]{3}[- ,]+\d{4}.*|[A-Za-z]{3,9}\.? \d{1,2}, ?\d{4}.*|\d{1,2} [A-Za-z]{4,9} \d{4}.*')
            then try_strptime(
                x,
                [
                    '%d-%b-%Y', '%d %b %Y', '%b %d, %Y', '%B %d, %Y', '%d %B %Y', '%d-%b-%Y %H:%M', '%d-%b-%Y %H:%M:%S',
                    '%b %d, %Y %H:%M', '%b %d, %Y %I:%M %p', '%b %d, %Y %I:%M:%S %p', '%B %d, %Y %I:%M %p',
                    '%d %b %Y %H:%M', '%d %b %Y %H:%M:%S', '%d %B %Y %H:%M'
                ]
            )
    end;

-- 9999-12-31, 1900-01-01, 1970-01-01: what systems write where nothing has happened.
create or replace macro is_placeholder(t) as
    t < timestamp '1901-01-01' or t >= timestamp '2099-01-01' or cast(t as date) = date '1970-01-01';

create or replace macro parsed_timestamp(x, date_order) as
    list_transform([moment(x, date_order)], lambda t: case when not is_placeholder(t) then t end)[1];

-- By the look of the text alone: it has been found unreadable before, and to read it again would be costly.
create or replace macro date_problem(x, is_order_unknown) as
    case
        when regexp_matches(x, '^(?:0\d{3}|1[0-8]\d\d|1900|2099|2[1-9]\d\d|[3-9]\d{3})\s*[-/.年]|[-/.](?:1900|2099|[3-9]\d{3})\b|^(?:1900|2099|9999)\d{4}|^1970\s*[-/.年]\s*0?1\s*[-/.月]\s*0?1(?:\D|$)')
            then 'placeholder_date'
        when is_order_unknown and regexp_matches(x, '^\d{1,2}[-/.]\d{1,2}[-/.]\d{4}') then 'day_or_month_first'
        else 'unreadable_date'
    end;

create or replace macro parsed_date(x, date_order) as cast(parsed_timestamp(x, date_order) as date);

-- Periods: a day, a month, a quarter, a year, or two of them joined by ~, 至, 到 or a dash.
create or replace macro period_halves(x) as
    regexp_extract(x, '^(\d{4}\s*[-/.年].*?\d\s*[日号月]?)\s*(?:~|～|至|到|—+|–|--|\s-\s|-)\s*(\d{4}\s*[-/.年].*)$', ['left', 'right']);

-- 2025-3, 2025年3月, 202503; five digits are a serial number of a spreadsheet, no month.
create or replace macro month_of(x) as
    list_transform(
        [regexp_extract(x, '^(?:(\d{4})\s*[-/.年]\s*(\d{1,2})|((?:19|20)\d{2})(\d{2}))\s*月?份?$', ['year', 'month', 'solid_year', 'solid_month'])],
        lambda p: try_cast(concat(p.year, p.solid_year, '-', p.month, p.solid_month, '-1') as date)
    )[1];

create or replace macro quarter_of(x) as
    case
        when regexp_matches(x, '^\d{4}\s*[-年]?\s*(?:[Qq][1-4]|第?[一二三四1-4]季度?)$')
            then make_date(
                cast(x[:4] as integer),
                case regexp_extract(x, '([一二三四1-4])(?:季度?)?$', 1)
                    when '1' then 1 when '一' then 1 when '2' then 4 when '二' then 4
                    when '3' then 7 when '三' then 7 else 10
                end,
                1
            )
    end;

create or replace macro period_first_day(x, date_order) as
    coalesce(
        case when regexp_full_match(x, '(?:19|20)\d{2}年?(?:度)?') then make_date(cast(x[:4] as integer), 1, 1) end,
        month_of(x), quarter_of(x), parsed_date(x, date_order)
    );

create or replace macro period_last_day(x, date_order) as
    coalesce(
        case when regexp_full_match(x, '(?:19|20)\d{2}年?(?:度)?') then make_date(cast(x[:4] as integer), 12, 31) end,
        last_day(month_of(x)), last_day(cast(quarter_of(x) + interval 2 month as date)), parsed_date(x, date_order)
    );

create or replace macro parsed_period_start(x, date_order) as
    coalesce(period_first_day(x, date_order), period_first_day(period_halves(x)['left'], date_order));

create or replace macro parsed_period_end(x, date_order) as
    coalesce(period_last_day(x, date_order), period_last_day(period_halves(x)['right'], date_order));

-- Numbers: thousands, currency, 万 and 亿, accounting brackets, a unit behind.
create or replace macro number_parts(x) as
    regexp_extract(
        x,
        '^(\(?)\s*([-+]?)\s*(?:¥|RMB|CNY|人民币|\$|USD|US\$)?\s*([-+]?)\s*((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)([eE][-+]?\d{1,3})?\s*(万|亿|千|%)?\s*(元整|元|圆|块|RMB|CNY)?\s*(\)?)$',
        ['open', 'sign', 'inner_sign', 'digits', 'exponent', 'scale', 'unit', 'shut']
    );

create or replace macro number_of_parts(p) as
    case
        when p.digits = '' or (p.open = '') <> (p.shut = '') or (p.sign <> '' and p.inner_sign <> '') then null
        else
            try_cast(replace(p.digits, ',', '') || p.exponent as decimal(28, 8))
            * case when p.open <> '' or p.sign = '-' or p.inner_sign = '-' then -1 else 1 end
            * case p.scale when '万' then 10000 when '亿' then 100000000 when '千' then 1000 else 1 end
            / case p.scale when '%' then 100 else 1 end
    end;

create or replace macro parsed_number(x) as
    case
        when regexp_full_match(x, '-?\d{1,15}(?:\.\d{1,8})?') then cast(try_cast(x as decimal(28, 8)) as double)
        when x is null then null
        else list_transform([number_parts(x)], lambda p: cast(number_of_parts(p) as double))[1]
    end;

-- A unit in the cell goes before the one in the header: 0.01万 under 金额（万元） is 100 yuan.
create or replace macro parsed_money(x, factor) as
    case
        when factor = 1 and regexp_full_match(x, '-?\d{1,15}(?:\.\d{1,2})?') then try_cast(x as decimal(18, 2))
        when x is null or ends_with(x, '%') then null
        when regexp_full_match(x, '-?\d{1,15}(?:\.\d{1,8})?')
            then try_cast(round(try_cast(x as decimal(28, 8)) * factor, 2) as decimal(18, 2))
        else
            list_transform(
                [number_parts(x)],
                lambda p: try_cast(
                    round(
                        try_cast(number_of_parts(p) as decimal(28, 8)) * case when p.scale = '' then factor else 1 end, 2
                    ) as decimal(18, 2)
                )
            )[1]
    end;

create or replace macro without_unit(x) as regexp_replace(x, '\s*(次|件|张|户|套|个|条|人|处|份|分|星|㎡|m2|平方米|平米|stars?|points?)$', '');

create or replace macro parsed_integer(x) as
    case
        when regexp_full_match(x, '\d{1,9}') then try_cast(x as integer)
        when x is null then null
        else
            list_transform(
                [parsed_number(without_unit(x))],
                lambda n: case when n = trunc(n) and abs(n) < 2147483647 then cast(n as integer) end
            )[1]
    end;

-- 1天2小时30分, 2 h 15 min: every part that is there, in minutes.
create or replace macro duration_parts(x) as
    regexp_extract(
        x,
        '(?i)^(?:(\d+)\s*(?:天|days?|d)\s*)?(?:(\d+)\s*(?:小时|时|hours?|hrs?|h)\s*)?(?:(\d+)\s*(?:分钟|分|minutes?|mins?|m)\s*)?(?:(\d+)\s*(?:秒|seconds?|secs?|s))?$',
        ['days', 'hours', 'minutes', 'seconds']
    );

create or replace macro minutes_of_parts(p) as
    1440 * coalesce(try_cast(nullif(p.days, '') as double), 0)
    + 60 * coalesce(try_cast(nullif(p.hours, '') as double), 0)
    + coalesce(try_cast(nullif(p.minutes, '') as double), 0)
    + coalesce(try_cast(nullif(p.seconds, '') as double), 0) / 60;

create or replace macro parsed_minutes(x, factor) as
    case
        when x is null then null
        when regexp_matches(x, '\d\s*[^\d\s.,:]+\s*\d')
            then
                list_transform(
                    [duration_parts(x)],
                    lambda p: case when concat(p.days, p.hours, p.minutes, p.seconds) <> '' then minutes_of_parts(p) end
                )[1]
        when regexp_matches(x, '\d\s*(小时|h|hours?|hrs?)$')
            then 60 * parsed_number(regexp_replace(x, '\s*(小时|h|hours?|hrs?)$', ''))
        when regexp_matches(x, '\d\s*(天|days?|d)$') then 1440 * parsed_number(regexp_replace(x, '\s*(天|days?|d)$', ''))
        when regexp_full_match(x, '\d{1,4}:[0-5]\d(?::[0-5]\d)?')
            then
                60 * cast(split_part(x, ':', 1) as double) + cast(split_part(x, ':', 2) as double)
                + coalesce(try_cast(nullif(split_part(x, ':', 3), '') as double), 0) / 60
        else factor * parsed_number(regexp_replace(x, '\s*(分钟|分|mins?|minutes?)$', ''))
    end;

-- 4分, 4/5, 4-满意, 满意: the word dictionary first, then the number.
create or replace macro score_word(x) as lower(regexp_replace(x, '^[A-Ea-e1-5]\s*[.、:\-)分]\s*|[((].*[))]$', '', 'g'));

create or replace macro parsed_score(x) as
    coalesce(
        element_at(getvariable('score_words'), lower(x))[1],
        element_at(getvariable('score_words'), score_word(x))[1],
        list_transform(
            [case when not ends_with(x, '%') then parsed_number(without_unit(regexp_replace(x, '/\s*\d+$', ''))) end],
            lambda n: case when n between 0 and 100 then n end  -- a phone number in the column of ratings is no rating
        )[1]
    );

create or replace macro dimensions_of(answers) as list_transform(answers, lambda a: a.dimension);

create or replace macro scores_of(answers) as list_transform(answers, lambda a: a.score);

create or replace macro parsed_yes_no(x) as
    case
        when list_contains(getvariable('yes_words'), lower(x)) then true
        when list_contains(getvariable('no_words'), lower(x)) then false
    end;

-- 1.01E+11: a spreadsheet has cut the digits off; such an id would join what does not belong together.
create or replace macro parsed_identifier(x) as
    case
        when regexp_full_match(x, personal_identifier()) then pseudonym(x)
        when regexp_full_match(x, '\d(?:\.\d+)?[eE]\+\d+') then null
        when regexp_full_match(x, '\d+\.0') then x[:-3]
        else x
    end;

-- A spreadsheet keeps fifteen digits of a number and fills up with zeros.
create or replace macro zero_filled_identifier(x, exact_digits) as
    case when not regexp_full_match(x, '\d+') or length(x) <= exact_digits then parsed_identifier(x) end;

-- 1 - Critical, Solved (Permanently): the word of a dictionary without its rank and its remark.
create or replace macro bare_word(x) as
    lower(regexp_replace(regexp_replace(x, '^\d{1,2}\s*[-.、:]\s*(\D)', '\1'), '\s*\([^()]*\)$', ''));

-- A sentence that a person typed where an id should stand.
create or replace macro reads_as_prose(x) as regexp_matches(x, '[:,。;、!?\s]|^[—*-]|^(以下|以上)');

-- Persons and places; privacy.sql takes them out of texts and makes pseudonyms of them.
create or replace macro phone_digits(x) as
    case
        when regexp_matches(x, '[eE]\+') then null
        else
            list_transform(
                [regexp_replace(x, '\D', '', 'g')],
                lambda d: case when length(d) >= 7 then regexp_replace(d, '^(?:0?86)(1\d{10})$', '\1') end
            )[1]
    end;

-- 3-1-301, 3栋1单元301室, 3号楼301: the parts that the columns beside it may lack. A date is no room.
create or replace macro room_parts(x) as
    regexp_extract(
        x,
        '^(?:(.{0,12}?\d+\s*(?:号楼|栋|幢|座|#楼|#|号院)|\d+|[A-Za-z]\d*(?:栋|座|幢)?)\s*[-—/]?\s*)??(?:(\d+|[A-Za-z]|[一二三四五六七八九十])\s*(?:单元|-|—|/)\s*)?((?:商铺)?[A-Za-z]?\d+[A-Za-z]?)\s*(?:室|房|号|户)?$',
        ['building', 'unit', 'room']
    );

create or replace macro parsed_room(x) as
    case when regexp_full_match(x, '\d{4}[-/.]\d{1,2}[-/.]\d{1,2}( 0?0:00(:00)?)?|\d{1,2}月\d{1,2}日') then null else x end;

create or replace macro place_part(x) as
    coalesce(lower(regexp_replace(regexp_replace(x, '\s*(号楼|栋|幢|座|#楼|#|单元|室|房|号|户|building|block|tower|unit)$', ''), '^0+(\d)', '\1')), '');

-- The words behind a number (号楼, 单元, 室) and leading zeros are no part of a place.
create or replace macro room_key(community, building, unit, room) as
    case
        when room is not null
            then
                regexp_replace(
                    lower(concat('room|', community, '|', building, '|', unit, '|', room, '|')),
                    '\s*(?:号楼|栋|幢|座|#楼|#|单元|室|房|号|户|building|block|tower|unit)\|', '|', 'g'
                )
    end;

create or replace macro without_leading_zeros(key) as
    case when contains(key, '|0') then regexp_replace(key, '\|0+(\d)', '|\1', 'g') else key end;

create or replace macro public_place_key(community, building, unit, place) as
    case when place is not null then concat_ws('|', 'place', community, building, coalesce(unit, ''), lower(place)) end;

-- A place that names a room, a plate or a number is no public one, and is told apart by its own text.
create or replace macro private_place_key(community, building, unit, place) as
    case when without_numbers(place) <> place then room_key(community, building, unit, place) end;
