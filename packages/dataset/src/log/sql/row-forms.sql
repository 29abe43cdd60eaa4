-- How the rows of a log belong together, by the rows of some sessions. `clicked`: places of lists of several that have a click;
-- `apart`: those of them whose click is a row of its own after the row of what was shown, since the place has as many rows
-- without a click as any other place of the list. `repeated`: rows that stand there again.
WITH part AS (SELECT * FROM shown WHERE {part}), cells AS (
  SELECT session, query, place,
    count(*) FILTER (WHERE NOT clicked) AS bare, count(*) FILTER (WHERE clicked) AS clicks,
    min(moment) FILTER (WHERE clicked) - min(moment) FILTER (WHERE NOT clicked) AS later
  FROM part GROUP BY session, query, place
), lists AS (
  SELECT *, max(bare) OVER (PARTITION BY session, query) AS views, count(*) OVER (PARTITION BY session, query) AS places FROM cells
)
SELECT
  (SELECT cast(count(*) AS DOUBLE) FROM part) AS rows,
  (SELECT cast(count(*) AS DOUBLE) FROM (SELECT DISTINCT session, query, place, document, moment, clicked FROM part)) AS distinct_rows,
  cast(count(*) FILTER (WHERE clicks > 0 AND places > 1) AS DOUBLE) AS clicked,
  cast(count(*) FILTER (WHERE clicks > 0 AND places > 1 AND bare > 0 AND bare = views AND later BETWEEN 0 AND {window}) AS DOUBLE) AS apart
FROM lists
