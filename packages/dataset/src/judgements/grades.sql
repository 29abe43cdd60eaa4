-- A grade for every item whose attraction the clicks tell: how many of three bounds it clears. The lower end of its interval
-- lies above a bound, its mean a margin above it, and enough looks are behind it. Bounds are shares of what the best document
-- of the query is worth, but at least of what good documents of this log are: the best one of the upper quarter of the
-- queries. What was looked at and passed over has grade 0; what was hardly looked at is unknown and has none.
CREATE TABLE best_means AS SELECT query, max(mean) AS best FROM attraction WHERE clicks > 0 GROUP BY query;

CREATE TABLE click_grades AS
SELECT query, document, grade FROM (
  SELECT query, document, grade, max(grade) OVER (PARTITION BY query) AS best FROM (
    SELECT query, document,
      CASE WHEN clicks = 0 THEN 0 ELSE
        (low >= {from1} * reference AND mean >= {mean1} * reference AND examined >= {examined1})::INTEGER
        + (low >= {from2} * reference AND mean >= {mean2} * reference AND examined >= {examined2})::INTEGER
        + (low >= {from3} * reference AND mean >= {mean3} * reference AND examined >= {examined3})::INTEGER END AS grade
    FROM (
      SELECT attraction.*, greatest(best, good) AS reference
      FROM attraction LEFT JOIN best_means USING (query), (SELECT quantile_disc(best, 0.75) AS good FROM best_means))
    WHERE clicks > 0 OR examined >= {skipped}
  )
) WHERE best > 0;
