-- Pairs of queries that mean the same to whoever would learn one by heart: the same words in another order, or one letter
-- more, less or other. Digits count as they are ("size 41" is not "size 42"), and short texts too ("cat" is not "car").
CREATE TABLE query_keys AS
SELECT (row_number() OVER (ORDER BY key) - 1)::INTEGER AS number, key
FROM (SELECT key FROM judged_queries WHERE split IS DISTINCT FROM 'weak' UNION SELECT key FROM logged_queries);

-- two texts that are one edit apart are equal once the letter is taken out
CREATE TABLE variants AS
SELECT number, md5_number_lower(variant) AS variant FROM (
  SELECT number, unnest(list_distinct(list_append(
    list_transform(
      list_filter(range(1, length(key) + 1), lambda spot: NOT regexp_matches(key[spot], '[0-9]')),
      lambda spot: left(key, spot - 1) || substr(key, spot + 1)),
    key))) AS variant
  FROM query_keys WHERE length(key) >= {shortest});

CREATE TABLE shared AS
SELECT variant, count(*) AS times, min(number) AS first FROM variants GROUP BY variant HAVING count(*) > 1;

CREATE TABLE near_duplicates AS
SELECT DISTINCT one, other FROM (
  SELECT min(number) AS one, unnest(list(number)) AS other
  FROM query_keys GROUP BY list_sort(list_distinct(string_split(key, ' '))) HAVING count(*) > 1
  UNION ALL
  SELECT pairs.one, pairs.other FROM (
    SELECT a.number AS one, b.number AS other
    FROM shared JOIN variants AS a USING (variant) JOIN variants AS b USING (variant)
    -- in a crowd every text is compared with the first alone
    WHERE a.number < b.number AND (times <= 40 OR a.number = first)
  ) AS pairs
  JOIN query_keys AS a ON a.number = pairs.one JOIN query_keys AS b ON b.number = pairs.other
  WHERE damerau_levenshtein(a.key, b.key) = 1
    AND regexp_replace(a.key, '[^0-9]', '', 'g') = regexp_replace(b.key, '[^0-9]', '', 'g')
)
WHERE one <> other ORDER BY one, other;

DROP TABLE variants;
DROP TABLE shared;
