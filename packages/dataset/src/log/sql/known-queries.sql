-- Queries that fewer than {minSessions} sessions asked are left out: a rare text may tell who asked it.
CREATE TABLE known_queries AS
SELECT query FROM (SELECT DISTINCT query, session FROM shown) AS asked GROUP BY query HAVING count(*) >= {minSessions};
