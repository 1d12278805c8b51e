import jax.numpy as jnp, numpy as np
from flax import nnx

def mend(model, *batches, file="renewed.npz"):  # without batches the averages of the file, with some those of the batches
    data, call = np.load(file), nnx.BatchNorm.__call__
    norms = {"/".join(map(str, path)): m for path, m in nnx.iter_graph(model) if isinstance(m, nnx.BatchNorm)}
    model.eval()  # and .train() after it, to train on
    for i in range(sum(key.endswith("/name") for key in data)):  # in order: each layer sees what those before it, mended, give
        norm, seen = norms[str(data[f"{i}/name"])], []
        mean, var = data[f"{i}/running_mean"], data[f"{i}/running_var"]
        def look(m, x, *args, **kwargs):
            if m is norm:
                values = np.moveaxis(np.asarray(x, "float32"), m.axis, 0).reshape(len(mean), -1)
                seen.append((values.mean(1), values.var(1)))
            return call(m, x, *args, **kwargs)
        nnx.BatchNorm.__call__ = look
        for x in batches:
            model(x)
        nnx.BatchNorm.__call__ = call
        if seen:
            means, variances = (np.stack(each) for each in zip(*seen))
            mean, var = means.mean(0), variances.mean(0) + means.var(0)
        norm.mean[...], norm.var[...] = jnp.asarray(mean, norm.mean.dtype), jnp.asarray(var, norm.var.dtype)
