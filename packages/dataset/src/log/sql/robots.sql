-- Sessions that ask faster than a person reads. A view of a query counts, and not the rows of a view: a query has as many as
-- each of its positions has rows.
CREATE TABLE robots AS
SELECT session FROM (
  SELECT session, query, min(moment) AS first, max(moment) AS last,
    floor(count(*) / bit_count(bit_or(cast(1 AS BIGINT) << least(position, 62)))) AS views
  FROM shown GROUP BY session, query
) AS viewed
GROUP BY session
HAVING sum(views) >= {robotQueries}
  AND sum(views) / greatest(1, (max(last) - min(first)) / 60000) > {robotQueriesPerMinute};
