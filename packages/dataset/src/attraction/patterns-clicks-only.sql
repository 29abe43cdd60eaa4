-- A log of clicks alone: each document that was ever clicked for a query stands for itself, clicked in some of the query's
-- views and passed over in the others, at a position that everybody looks at.
CREATE OR REPLACE TABLE patterns AS
WITH counted AS (
  SELECT query, document, count(*) AS clicked, count(*) FILTER (held_out) AS clicked_held_out
  FROM (SELECT query, held_out, unnest(documents) AS document FROM views JOIN log_splits USING (query)
    WHERE split IS NOT NULL AND moment >= begins AND moment < ends)
  GROUP BY query, document
), seen AS (
  SELECT query, count(*) AS views, count(*) FILTER (held_out) AS views_held_out FROM views JOIN log_splits USING (query)
  WHERE split IS NOT NULL AND moment >= begins AND moment < ends GROUP BY query
)
SELECT query, [document] AS documents, [1] AS positions, clicks, times::DOUBLE AS times, held_out::DOUBLE AS held_out
FROM (
  SELECT query, document, 2::BIGINT AS clicks, clicked AS times, clicked_held_out AS held_out FROM counted
  UNION ALL
  SELECT query, document, 0::BIGINT, greatest(0, views - clicked), greatest(0, views_held_out - clicked_held_out)
  FROM counted JOIN seen USING (query)
) WHERE times > 0
ORDER BY query, document, clicks;
