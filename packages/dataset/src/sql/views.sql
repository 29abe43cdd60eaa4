-- One row a view: the list that one session saw for one query. The n-th time that a session meets a place of a query
-- belongs to its n-th view of it, so rows may bear the time of the page or of the click. `clicks` has the bit of every
-- clicked place. Queries that fewer than {minSessions} sessions asked are left out: a rare text may tell who asked it.
CREATE TABLE known_queries AS
SELECT query FROM shown GROUP BY query HAVING count(DISTINCT session) >= {minSessions};

CREATE TABLE views AS
SELECT query, min(moment) AS moment, session % 5 = 0 AS held_out,
  list(document ORDER BY place) AS documents,
  list(place ORDER BY place) AS places,
  bit_or(CASE WHEN satisfied THEN 1::UBIGINT << place ELSE 0::UBIGINT END) AS clicks
FROM (
  SELECT query, document, session, moment, place, satisfied,
    row_number() OVER (PARTITION BY session, query, place ORDER BY moment, document) AS turn
  FROM shown
  WHERE place <= {maxPosition}
    AND session NOT IN (SELECT session FROM robots)
    AND query IN (SELECT query FROM known_queries)
)
GROUP BY session, query, turn;
