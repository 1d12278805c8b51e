import numpy as np, torch

@torch.no_grad()
def mend(model, *batches, file="renewed.npz"):  # without batches the averages of the file, with some those of the batches
    data, modules, training = np.load(file), dict(model.named_modules()), model.training
    model.eval()
    for i in range(sum(key.endswith("/name") for key in data)):  # in order: each layer sees what those before it, mended, give
        m, seen = modules[str(data[f"{i}/name"])], []
        mean, var = (torch.tensor(data[f"{i}/{key}"]) for key in ("running_mean", "running_var"))
        def look(m, x):
            seen.append(torch.var_mean(x[0].float(), [axis for axis in range(x[0].ndim) if axis != 1], correction=0))
        hook = m.register_forward_pre_hook(look)
        for x in batches:
            model(x)
        hook.remove()
        if seen:
            variances, means = (torch.stack(each) for each in zip(*seen))
            mean, var = means.mean(0), variances.mean(0) + means.var(0, correction=0)
        m.running_mean.copy_(mean), m.running_var.copy_(var)
    model.train(training)
