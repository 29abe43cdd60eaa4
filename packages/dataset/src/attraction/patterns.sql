-- Views of one query that look alike and were clicked alike are one row, in order of their query. A view counts in the span
-- of time of its query's split alone.
CREATE TABLE patterns AS
SELECT query, documents, positions, clicks,
  count(*)::DOUBLE AS times, (count(*) FILTER (held_out))::DOUBLE AS held_out
FROM views JOIN log_splits USING (query)
WHERE split IS NOT NULL AND moment >= begins AND moment < ends
GROUP BY query, documents, positions, clicks
ORDER BY query, times DESC, clicks, documents, positions;
