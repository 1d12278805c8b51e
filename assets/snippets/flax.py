import jax, numpy as np
from flax import nnx

def record(model, *batches, file="batch_norm.npz"):  # batches as the model takes them, all of one size
    norms = {m: "/".join(map(str, path)) for path, m in nnx.iter_graph(model) if isinstance(m, nnx.BatchNorm)}
    before, call, seen = jax.tree.map(np.array, nnx.state(model, nnx.BatchStat)), nnx.BatchNorm.__call__, {}
    def look(m, x, *args, **kwargs):
        y = call(m, x, *args, **kwargs)
        both = np.stack([np.moveaxis(np.asarray(v, "float32"), m.axis, 0) for v in (x, y)])
        both = both.reshape(2, both.shape[1], -1)  # (2, C, N·H·W)
        row = np.concatenate([both.mean(2), both.var(2)])  # (4, C)
        seen.setdefault(m, {"rows": both.shape[2], "evaluation": [], "training": []})[mode].append(row)
        return y
    nnx.BatchNorm.__call__ = look
    for mode, switch in (("evaluation", model.eval), ("training", model.train)):
        switch()
        for x in batches:
            model(x)
    nnx.BatchNorm.__call__ = call
    nnx.update(model, before)
    data = {"framework": "flax"}
    for i, m in enumerate(dict.fromkeys([*seen, *norms])):  # in the order in which they are called
        own = {"name": norms[m], "eps": m.epsilon, "decay": m.momentum} | seen.get(m, {})
        own |= {key: np.array(v[...], "float64") for key, v in vars(m).items() if key in ("scale", "bias", "mean", "var") and v}
        data |= {f"{i}/{key}": np.array(value) for key, value in own.items()}
    np.savez_compressed(file, **data)
