-- one row per person, course and day
select
    training_id,
    person,
    department,
    job_title,
    community,
    course,
    category,
    trained_on,
    hours,
    score,
    pass_mark,
    is_passed,
    is_certified,
    certificate_expires_on,
    trainer,
    source_file_id,
    source_row
from staging.trainings
order by
    trained_on,
    training_id
