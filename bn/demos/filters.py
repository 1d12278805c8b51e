"""Small fixed filters that make the channels of a convolution out of gray images."""

import numpy as np

from bn.arrays import FloatArray, read_only, require_finite

# Each 3 x 3: what is there, where it gets brighter downward, to the right, and along the diagonal.
FILTERS: dict[str, FloatArray] = {
    "blur": read_only(np.full((3, 3), 1 / 9)),
    "horizontal edges": read_only(np.array([[-1.0, -1, -1], [0, 0, 0], [1, 1, 1]]) / 3),
    "vertical edges": read_only(np.array([[-1.0, 0, 1], [-1, 0, 1], [-1, 0, 1]]) / 3),
    "diagonal edges": read_only(np.array([[-1.0, -1, 0], [-1, 0, 1], [0, 1, 1]]) / 3),
}


def filtered(images: FloatArray, filters: FloatArray, stride: int = 1) -> FloatArray:
    """Slide each filter over each image, without padding.

        out[n, c, i, j] = sum over k, l of images[n, stride * i + k, stride * j + l] * filters[c, k, l]

    images: (N, H, W), filters: (C, K, L); returns (N, C, (H - K) // stride + 1, (W - L) // stride + 1). It is what
    frameworks call convolution. Raises ValueError for other shapes, a filter larger than the images, a stride below 1,
    NaN or infinity.
    """
    if images.ndim != 3 or filters.ndim != 3:
        raise ValueError(f"images has shape {images.shape} and filters {filters.shape}; both need three axes")
    if not 1 <= filters.shape[1] <= images.shape[1] or not 1 <= filters.shape[2] <= images.shape[2]:
        raise ValueError(f"filters of {filters.shape[1:]} do not fit into images of {images.shape[1:]}")
    if stride < 1:
        raise ValueError(f"stride is {stride}; it must be at least 1")
    require_finite(images, "images")
    require_finite(filters, "filters")
    windows = np.lib.stride_tricks.sliding_window_view(images, filters.shape[1:], axis=(1, 2))
    windows = windows[:, ::stride, ::stride]  # (N, H', W', K, L)
    return read_only(np.ascontiguousarray(np.einsum("nijkl,ckl->ncij", windows, filters)))
