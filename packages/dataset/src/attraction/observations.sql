-- How often each (query, document) of the sample was shown and clicked at each position, by the sessions that models are
-- fitted to; the rows of an item stand together.
SELECT (dense_rank() OVER (ORDER BY query, document) - 1)::INTEGER AS item, position, impressions, clicked
FROM (
  SELECT query, document, position, sum(times - held_out)::DOUBLE AS impressions,
    coalesce(sum(times - held_out) FILTER (clicks >> position & 1 = 1), 0)::DOUBLE AS clicked
  FROM (SELECT query, times, held_out, clicks, unnest(documents) AS document, unnest(positions) AS position FROM sampled)
  GROUP BY query, document, position
)
WHERE impressions > 0
ORDER BY item, position
