-- How the rows of a log belong together, by the rows of some sessions. `clicked`: positions of lists of several that have a click;
-- `apart`: those of them whose click is a row of its own after the row of what was shown, since the position has as many rows
-- without a click as any other position of the list.
WITH cells AS (
  SELECT session, query, position,
    count(*) FILTER (WHERE NOT clicked) AS unclicked, count(*) FILTER (WHERE clicked) AS clicks,
    min(moment) FILTER (WHERE clicked) - min(moment) FILTER (WHERE NOT clicked) AS later
  FROM shown WHERE {part} GROUP BY session, query, position
), lists AS (
  SELECT *, max(unclicked) OVER (PARTITION BY session, query) AS views, count(*) OVER (PARTITION BY session, query) AS positions FROM cells
)
SELECT
  cast(count(*) FILTER (WHERE clicks > 0 AND positions > 1) AS DOUBLE) AS clicked,
  cast(count(*) FILTER (WHERE clicks > 0 AND positions > 1 AND unclicked > 0 AND unclicked = views AND later BETWEEN 0 AND {window}) AS DOUBLE) AS apart
FROM lists
