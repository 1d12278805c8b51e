"""How well two colors are told apart: the contrast ratio of WCAG 2.1, and their difference with deficient color vision."""

import numpy as np


def linear(color):
    channels = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(color):
    return float(np.array([0.2126, 0.7152, 0.0722]) @ linear(color))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# Machado, Oliveira & Fernandes 2009, severity 1: what a color in linear RGB is to people who lack one kind of cone.
DEFICIENCIES = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
TO_XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = np.array([0.95047, 1.0, 1.08883])


def seen(color, deficiency):
    """A color in CIELAB as somebody with a deficiency sees it, or anybody without one (None)."""
    rgb = np.clip(np.array(DEFICIENCIES[deficiency]) @ linear(color), 0, 1) if deficiency else linear(color)
    x, y, z = np.cbrt(np.array(TO_XYZ) @ rgb / WHITE)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one, other, deficiency):
    """How different two colors look: CIE 1976 ΔE, of which about 2 can just be told apart side by side."""
    return float(np.linalg.norm(seen(one, deficiency) - seen(other, deficiency)))
