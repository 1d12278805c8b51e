import copy
import numpy as np, torch

def record(model, *batches, file="batch_norm.npz"):  # batches as the model takes them, all of one size
    norms = {m: name for name, m in model.named_modules() if getattr(m, "running_mean", None) is not None}
    before, training, seen = copy.deepcopy(model.state_dict()), model.training, {}
    def look(m, x, y):
        both = torch.stack([x[0], y]).float().movedim(2, 1).flatten(2)  # (2, C, N·H·W)
        row = torch.cat([both.mean(2), both.var(2, correction=0)]).cpu().numpy()  # (4, C)
        seen.setdefault(m, {"rows": both.shape[2], "evaluation": [], "training": []})[mode].append(row)
    hooks = [m.register_forward_hook(look) for m in norms]
    for mode in ("evaluation", "training"):
        model.train(mode == "training")
        with torch.no_grad():
            for x in batches:
                model(x)
    for hook in hooks:
        hook.remove()
    model.train(training), model.load_state_dict(before)
    data = {"framework": "pytorch"}
    for i, m in enumerate(dict.fromkeys([*seen, *norms])):  # in the order in which they are called
        own = {"name": norms[m], "eps": m.eps, "decay": 1 - (np.nan if m.momentum is None else m.momentum)}
        own |= {key: t.cpu().double().numpy() for key, t in m.state_dict().items()} | seen.get(m, {})
        data |= {f"{i}/{key}": np.array(value) for key, value in own.items()}
    np.savez_compressed(file, **data)
