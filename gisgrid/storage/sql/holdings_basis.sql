-- Where the households of inhabited buildings come from, strongest basis first.
SELECT CASE WHEN households_override IS NOT NULL THEN 'override'
            WHEN households_given IS NOT NULL THEN 'given'
            ELSE 'estimated' END AS basis,
       count(*) AS buildings, sum(households) AS households
FROM building
WHERE retired_at IS NULL AND households > 0
GROUP BY 1
