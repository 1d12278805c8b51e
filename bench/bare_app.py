"""The reference: the smallest Streamlit app with one slider and one chart, under Streamlit's default settings."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

st.title("Bare")
gamma = st.slider("γ", -3.0, 3.0, 1.0, 0.1, key="gamma_0")
x = np.linspace(-4, 4, 50)
st.plotly_chart(go.Figure(go.Bar(x=x, y=np.exp(-((x / max(abs(gamma), 0.1)) ** 2)))), key="chart")
st.markdown(f"γ = {gamma:.2f}")
