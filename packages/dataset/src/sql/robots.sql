-- Sessions that ask faster than a person reads.
CREATE TABLE robots AS
SELECT session FROM (SELECT DISTINCT session, query, floor(moment / 1000) AS second FROM shown) AS asked
GROUP BY session
HAVING count(*) >= {robotQueries}
  AND count(*) / greatest(1, (max(second) - min(second)) / 60) > {robotQueriesPerMinute};
