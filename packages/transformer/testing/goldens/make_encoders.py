"""Makes the goldens of the encoders: what the reference implementation computes from weights that follow from a formula.

    python3 -m venv v && v/bin/pip install torch transformers && v/bin/python make_encoders.py [CASE ...]

Writes one JSON file a case: config, tokenizer.json, pairs, their ids and type ids, logits. The weights are not stored: every
value follows from the tensor's name and its index (`weight` here, ../golden-encoders.ts in TypeScript). The project never
needs Python; run this once more only when a case is added.
"""
import json, pathlib, sys
import numpy as np, torch, transformers, tokenizers
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (AutoConfig, AutoModel, AutoModelForSequenceClassification)

FOLDER = pathlib.Path(__file__).parent
TEXTS = [
    "The product writes data past the end of the intended buffer.",
    "Memory is used again after it was freed, which an attacker can use.",
    "A password is written in the source; anybody who reads it can log in.",
    "Two threads change one file at the same time, and neither waits.",
    "A path from outside names a file that lies above the folder it must stay in.",
    "The product divides a value by zero. Größe, naïve café, 中文 text 123!",
]
PAIRS = [
    ["a buffer is written past its end", TEXTS[0]],
    ["memory freed", TEXTS[1]],
    ["password in source", TEXTS[2]],
    ["race of threads", TEXTS[3]],
    ["café größe 中文", TEXTS[5]],
    ["what?", "no"],
]

def weight(name, shape):
    """uniform values by FNV-1a of the name and murmur3's finaliser of the index, all in 32 bits"""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    size = int(np.prod(shape))
    with np.errstate(over="ignore"):
        h = np.arange(size, dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(seed)
        for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
            h = (h ^ (h >> np.uint32(shift))) * np.uint32(factor)
        h = h ^ (h >> np.uint32(16))
    u = h.astype(np.float64) / 2**31 - 1
    if len(shape) == 1:
        values = 1 + 0.3 * u if name.endswith("weight") else 0.2 * u
    else:
        values = u * 3 / np.sqrt(shape[-1])
    return torch.from_numpy(values.astype(np.float32).reshape(shape))

def fill(model):
    state = model.state_dict()
    # buffers that follow from the config (positions, rotary tables) stay
    model.load_state_dict({k: weight(k, v.shape) if v.is_floating_point() and "rotary" not in k else v for k, v in state.items()})
    return model.eval()

def word_piece():
    t = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    t.normalizer = normalizers.BertNormalizer(lowercase=True)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    t.train_from_iterator(TEXTS, trainers.WordPieceTrainer(vocab_size=160, special_tokens=special, show_progress=False))
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(x, t.token_to_id(x)) for x in ("[CLS]", "[SEP]")])
    return t

def byte_pairs(special=("<s>", "<pad>", "</s>", "<unk>", "<mask>")):
    t = Tokenizer(models.BPE())
    t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    t.train_from_iterator(TEXTS, trainers.BpeTrainer(vocab_size=360, special_tokens=list(special), show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    return t

def roberta():
    t = byte_pairs()
    t.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    return t

def modern():
    t = byte_pairs(("[CLS]", "[PAD]", "[SEP]", "[UNK]", "[MASK]"))
    t.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]", special_tokens=[("[CLS]", 0), ("[SEP]", 2)])
    return t

def unigram():
    t = Tokenizer(models.Unigram())
    t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(tokenizers.Regex(" {2,}"), " ")])
    t.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    t.train_from_iterator(TEXTS, trainers.UnigramTrainer(vocab_size=150, special_tokens=special + ["<mask>"], unk_token="<unk>", show_progress=False))
    ids = {x: t.token_to_id(x) for x in special}
    t.post_processor = processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", ids["<s>"]), ("</s>", ids["</s>"])])
    return t

SMALL = dict(hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40)
CASES = {
    "bert": ("bert", word_piece, True, dict(SMALL, max_position_embeddings=64, num_labels=1)),
    "bert-two-labels": ("bert", word_piece, True, dict(SMALL, max_position_embeddings=64, num_labels=2, hidden_act="gelu_new")),
    "bert-relu": ("bert", word_piece, True, dict(SMALL, max_position_embeddings=64, num_labels=1, hidden_act="relu")),
    "bert-silu": ("bert", word_piece, True, dict(SMALL, max_position_embeddings=64, num_labels=1, hidden_act="silu")),
    "bert-embedding": ("bert", word_piece, False, dict(SMALL, max_position_embeddings=64)),
    "roberta": ("roberta", roberta, True, dict(SMALL, max_position_embeddings=90, num_labels=1, type_vocab_size=1, layer_norm_eps=1e-5,
        pad_token_id=1, bos_token_id=0, eos_token_id=2)),
    "xlm-roberta": ("xlm-roberta", unigram, True, dict(SMALL, max_position_embeddings=90, num_labels=1, type_vocab_size=1, layer_norm_eps=1e-5,
        pad_token_id=1, bos_token_id=0, eos_token_id=2)),
    "distilbert": ("distilbert", word_piece, True, dict(dim=24, n_layers=2, n_heads=3, hidden_dim=40, max_position_embeddings=64, num_labels=1)),
    "electra": ("electra", word_piece, True, dict(SMALL, embedding_size=16, max_position_embeddings=64, num_labels=1)),
    "electra-same": ("electra", word_piece, True, dict(SMALL, embedding_size=24, max_position_embeddings=64, num_labels=1)),
    "modernbert": ("modernbert", modern, True, dict(hidden_size=24, num_hidden_layers=4, num_attention_heads=3, intermediate_size=40,
        max_position_embeddings=90, num_labels=1, local_attention=8, global_attn_every_n_layers=3, classifier_pooling="cls",
        pad_token_id=1, bos_token_id=0, eos_token_id=2, cls_token_id=0, sep_token_id=2)),
    "modernbert-mean": ("modernbert", modern, True, dict(hidden_size=24, num_hidden_layers=3, num_attention_heads=3, intermediate_size=40,
        max_position_embeddings=90, num_labels=1, local_attention=8, global_attn_every_n_layers=2, classifier_pooling="mean",
        pad_token_id=1, bos_token_id=0, eos_token_id=2, cls_token_id=0, sep_token_id=2)),
}

for case, (kind, make, ranks, options) in CASES.items():
    if sys.argv[1:] and case not in sys.argv[1:]: continue
    tokenizer = make()
    config = AutoConfig.for_model(kind, vocab_size=tokenizer.get_vocab_size(), attn_implementation="eager", **options)
    model = fill((AutoModelForSequenceClassification if ranks else AutoModel).from_config(config, attn_implementation="eager"))
    config.architectures = [type(model).__name__]
    rows, outputs = [], []
    for query, text in PAIRS:
        encoded = tokenizer.encode(query, text)
        ids = torch.tensor([encoded.ids])
        inputs = dict(input_ids=ids, attention_mask=torch.ones_like(ids))
        if kind in ("bert", "electra"): inputs["token_type_ids"] = torch.tensor([encoded.type_ids])
        with torch.no_grad(): found = model(**inputs)
        value = found.logits[0] if ranks else found.last_hidden_state[0].mean(0)
        rows.append(dict(ids=encoded.ids, typeIds=encoded.type_ids))
        outputs.append([round(float(x), 7) for x in value])
    golden = dict(reference=f"transformers {transformers.__version__}, torch {torch.__version__}, tokenizers {tokenizers.__version__}",
        config=config.to_diff_dict(),
        shapes={k: list(v.shape) for k, v in model.state_dict().items()},
        pairs=PAIRS, rows=rows, outputs=outputs, tokenizer=json.loads(tokenizer.to_str()))
    text = json.dumps(golden, ensure_ascii=False, separators=(",", ":"))
    (FOLDER / f"{case}.json").write_text(text + "\n")
    print(case, len(text), [o[0] for o in outputs])
