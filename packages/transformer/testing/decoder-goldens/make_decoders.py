"""Makes the goldens of the decoders: the logits that the reference implementation computes from weights that follow from a
formula.

    python3 -m venv v && v/bin/pip install torch transformers && v/bin/python make_decoders.py [CASE ...]

Writes one JSON file a case: config, shapes, token ids, logits of every place. The weights are not stored: every value follows
from the tensor's name and its index (`weight` here, referenceTensors in TypeScript). The project never needs Python; run
this once more only when a case is added.
"""
import json, pathlib, sys
import numpy as np, torch, transformers
from transformers import AutoConfig, AutoModelForCausalLM

FOLDER = pathlib.Path(__file__).parent
ROWS = [[1, 5, 17, 3, 29, 8, 8, 21, 4, 11, 30, 2, 14], [1, 30, 2]]

def weight(name, shape):
    """uniform values by FNV-1a of the name and murmur3's finaliser of the index, all in 32 bits"""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    with np.errstate(over="ignore"):
        h = np.arange(int(np.prod(shape)), dtype=np.uint32) * np.uint32(0x9E3779B1) + np.uint32(seed)
        for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
            h = (h ^ (h >> np.uint32(shift))) * np.uint32(factor)
        h = h ^ (h >> np.uint32(16))
    u = h.astype(np.float64) / 2**31 - 1
    if len(shape) == 1:
        values = 1 + 0.3 * u if name.endswith("weight") else 0.2 * u
    else:
        values = u * 3 / np.sqrt(shape[-1])
    return torch.from_numpy(values.astype(np.float32).reshape(shape))

SMALL = dict(vocab_size=32, hidden_size=24, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
             intermediate_size=40, max_position_embeddings=64, bos_token_id=1, eos_token_id=2, pad_token_id=0)
LLAMA3 = dict(rope_type="llama3", rope_theta=100.0, factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
              original_max_position_embeddings=16)
CASES = {
    "llama2": ("llama", dict(SMALL, num_key_value_heads=4, tie_word_embeddings=False)),
    "llama3": ("llama", dict(SMALL, tie_word_embeddings=True, rope_parameters=LLAMA3)),
    "llama-linear-biases": ("llama", dict(SMALL, attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="linear", rope_theta=1000.0, factor=2.0))),
    "smollm2": ("llama", dict(SMALL, num_attention_heads=3, num_key_value_heads=1, tie_word_embeddings=True,
        rope_parameters=dict(rope_type="default", rope_theta=100000.0))),
    "mistral": ("mistral", dict(SMALL, head_dim=8, sliding_window=4, tie_word_embeddings=False)),
    "qwen2": ("qwen2", dict(SMALL, tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "qwen2-window": ("qwen2", dict(SMALL, tie_word_embeddings=True, use_sliding_window=True, sliding_window=4,
        max_window_layers=1)),
    "qwen3": ("qwen3", dict(SMALL, head_dim=16, tie_word_embeddings=True, rope_parameters=dict(rope_type="default", rope_theta=1e6))),
    "olmo2": ("olmo2", dict(SMALL, tie_word_embeddings=False, rope_parameters=dict(rope_type="default", rope_theta=5e5))),
    "gemma3": ("gemma3_text", dict(SMALL, num_hidden_layers=3, head_dim=16, sliding_window=4, query_pre_attn_scalar=10,
        layer_types=["sliding_attention", "full_attention", "sliding_attention"], rope_parameters=dict(
            full_attention=dict(rope_type="linear", rope_theta=1e6, factor=2.0),
            sliding_attention=dict(rope_type="default", rope_theta=1e4)))),
}

for case, (kind, options) in CASES.items():
    if sys.argv[1:] and case not in sys.argv[1:]: continue
    config = AutoConfig.for_model(kind, attn_implementation="eager", **options)
    model = AutoModelForCausalLM.from_config(config, attn_implementation="eager").float().eval()
    names = [name for name, _ in model.named_parameters()]  # a tied output is named once
    with torch.no_grad():
        for name, parameter in model.named_parameters(): parameter.copy_(weight(name, tuple(parameter.shape)))
        logits = [model(input_ids=torch.tensor([row])).logits[0] for row in ROWS]
    golden = dict(reference=f"transformers {transformers.__version__}, torch {torch.__version__}",
        config=json.loads(config.to_json_string(use_diff=True)), shapes={n: list(p.shape) for n, p in model.named_parameters()},
        rows=ROWS, logits=[[[round(float(x), 6) for x in place] for place in row] for row in logits])
    text = json.dumps(golden, separators=(",", ":"))
    (FOLDER / f"{case}.json").write_text(text + "\n")
    print(case, len(text), config.to_dict().get("rope_parameters"), names[:3], logits[0][0][:3])
