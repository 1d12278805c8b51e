import keras, numpy as np

def mend(model, *batches, file="renewed.npz"):  # without batches the averages of the file, with some those of the batches
    data, layers = np.load(file), {layer.path: layer for layer in model._flatten_layers()}
    for i in range(sum(key.endswith("/name") for key in data)):  # in order: each layer sees what those before it, mended, give
        layer, seen = layers[str(data[f"{i}/name"])], []
        mean, var, call = data[f"{i}/running_mean"], data[f"{i}/running_var"], layer.call
        def look(x, *args, **kwargs):
            values = np.moveaxis(keras.ops.convert_to_numpy(x), layer.axis, 0).reshape(len(mean), -1).astype("float32")
            seen.append((values.mean(1), values.var(1)))
            return call(x, *args, **kwargs)
        layer.call = look
        for x in batches:
            model(x, training=False)
        layer.call = call
        if seen:
            means, variances = (np.stack(each) for each in zip(*seen))
            mean, var = means.mean(0), variances.mean(0) + means.var(0)
        layer.moving_mean.assign(mean)
        layer.moving_variance.assign(var)
