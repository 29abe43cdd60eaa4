-- Rows that are one thing become one row. `apart`: a click that follows the row of what was shown belongs to it, within a window.
-- Otherwise rows are one that have the same session, query, position, document and time.
SELECT query, document, session, held_out, min(moment) AS moment, position, bool_or(clicked) AS clicked, bool_or(satisfied) AS satisfied
FROM (
  SELECT *, CASE
      WHEN NOT {apart} THEN moment
      -- too late for what was shown before, or nothing was
      WHEN clicked AND (before IS NULL OR moment - before > {window}) THEN -moment
      ELSE impressions END AS one
  FROM (
    SELECT *,
      max(CASE WHEN NOT clicked THEN moment END) OVER earlier AS before,
      count(CASE WHEN NOT clicked THEN 1 END) OVER earlier AS impressions
    FROM (SELECT DISTINCT * FROM shown WHERE {part}) AS distinct_rows
    WINDOW earlier AS (PARTITION BY session, query, position, document ORDER BY moment, clicked ROWS UNBOUNDED PRECEDING)
  ) AS numbered
) AS told
GROUP BY query, document, session, held_out, position, one
