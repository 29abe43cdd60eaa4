-- One row a view: the list that one session saw for one query. The n-th time that a session meets a position of a query
-- belongs to its n-th view of it, so rows may bear the time of the page or of the click. `clicks` has the bit of every
-- clicked position; {documents} and {positions} are the lists in the order of the page, for which every engine has words of its
-- own. {part} names some of the sessions: lists are kept in memory until all rows are read, so an engine that cannot put them
-- on the disk takes the sessions in parts.
SELECT query, min(moment) AS moment, held_out,
  {documents} AS documents,
  {positions} AS positions,
  bit_or(CASE WHEN satisfied THEN cast(1 AS BIGINT) << position ELSE cast(0 AS BIGINT) END) AS clicks
FROM (
  SELECT query, document, session, held_out, moment, position, satisfied,
    row_number() OVER (PARTITION BY session, query, position ORDER BY moment, document) AS turn
  FROM shown
  WHERE {part}
    AND position <= {maxPosition}
    AND session NOT IN (SELECT session FROM robots)
    AND query IN (SELECT query FROM known_queries)
) AS turned
GROUP BY session, held_out, query, turn;
