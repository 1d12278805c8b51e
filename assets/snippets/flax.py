import jax, numpy as np
from flax import nnx

def record(model, *batches, file="batch_norm.npz"):  # batches as the model takes them, all of one size
    norms = {m: "/".join(map(str, path)) for path, m in nnx.iter_graph(model) if isinstance(m, nnx.BatchNorm)}
    before, call, seen = jax.tree.map(np.array, nnx.state(model, nnx.BatchStat)), nnx.BatchNorm.__call__, {}
    def look(m, x, *args, **kwargs):
        y = call(m, x, *args, **kwargs)
        both = [np.moveaxis(np.asarray(v, "float32"), m.axis, 0).reshape(m.num_features, -1) for v in (x, y)]
        row = [v.mean(1) for v in both] + [v.var(1) for v in both]  # (4, C), of (C, N·H·W) each
        seen.setdefault(m, {"rows": both[0].shape[1], "evaluation": [], "training": []})[mode].append(row)
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
        vectors = {key: getattr(m, key) for key in ("scale", "bias", "mean", "var") if getattr(m, key) is not None}
        own = {"name": norms[m], "eps": m.epsilon, "decay": m.momentum, **vectors} | seen.get(m, {})
        data |= {f"{i}/{key}": np.array(value) for key, value in own.items()}
    np.savez_compressed(file, **data)
