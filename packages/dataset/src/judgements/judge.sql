-- Queries, judgements and click pairs out of what people judged and what they clicked. A split has one kind of grades.
CREATE TABLE owners AS
SELECT key, arg_min(id, line) AS id FROM kept_judged WHERE split <> 'weak' GROUP BY key;

CREATE TABLE log_ids AS
SELECT query, coalesce(owners.id, 'q' || left(sha256(log_splits.key), 16)) AS id, log_splits.key, text, split,
  owners.id IS NOT NULL AS owned
FROM log_splits LEFT JOIN owners USING (key) WHERE split IS NOT NULL;

-- a weak text that people asked is a query of its own
DELETE FROM kept_judged WHERE split = 'weak' AND key IN (SELECT key FROM log_ids);

-- of a large log more queries than means need: an id is a hash, so the first ones by it are drawn by chance
CREATE TABLE measured AS
SELECT id, split FROM (
  SELECT id, split, row_number() OVER (PARTITION BY split ORDER BY id) AS ordinal
  FROM (SELECT DISTINCT id, split FROM click_grades JOIN log_ids USING (query) WHERE split IN ({gradedByClicks}))
) WHERE split = 'train' OR ordinal <= {measured};

CREATE TABLE judgements AS
SELECT kept_judged.id AS query, qrels.document, grade, kept_judged.split, qrels.line AS ordinal
FROM qrels JOIN kept_judged ON kept_judged.id = qrels.query
UNION ALL
SELECT log_ids.id, document_ids.id, grade, split, 9000000000000000 + rank AS ordinal
FROM (SELECT *, row_number() OVER (ORDER BY query, grade DESC, document) AS rank FROM click_grades) AS graded
JOIN log_ids USING (query) JOIN document_ids USING (document)
WHERE log_ids.id IN (SELECT id FROM measured) AND log_ids.id NOT IN (SELECT query FROM qrels);

CREATE TABLE click_pairs AS
SELECT log_ids.id AS query, document_ids.id AS document, round(weight, 5) AS weight, clicks::BIGINT AS clicks,
  shown::BIGINT AS impressions
FROM attraction JOIN log_ids USING (query) JOIN document_ids USING (document)
WHERE clicks > 0 AND split = 'train'
ORDER BY log_ids.key, document_ids.id;

-- queries of the train period that nobody graded, those asked most often first: a teacher can grade them
CREATE TABLE unlabelled AS
SELECT id FROM log_ids JOIN (
  SELECT query, count(*) AS asked FROM views JOIN log_splits USING (query) WHERE moment < ends GROUP BY query
) AS asked USING (query)
WHERE split = 'train' AND NOT owned AND id NOT IN (SELECT query FROM judgements)
ORDER BY asked DESC, key LIMIT {unlabelled};

CREATE TABLE queries AS
SELECT id, text, split, row_number() OVER (ORDER BY origin, rank, line, key) AS ordinal FROM (
  SELECT id, text, split, key, line, 0 AS origin,
    CASE split WHEN 'test' THEN 0 WHEN 'validation' THEN 1 WHEN 'train' THEN 2 ELSE 3 END AS rank
  FROM kept_judged
  UNION ALL
  SELECT id, text, split, key, 0, 1, 0 FROM log_ids
  WHERE NOT owned AND (id IN (SELECT query FROM judgements) OR id IN (SELECT query FROM click_pairs)
      OR id IN (SELECT id FROM unlabelled))
);
