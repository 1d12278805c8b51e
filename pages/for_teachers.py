"""For teachers: a lesson of 50 minutes, a worksheet, frequent mistakes, and what it takes to host the lab."""

import streamlit as st

from ui.frame import frame
from ui.memory import forget_settings, link_to
from ui.mistakes import show_mistakes
from ui.studies.lesson import base_of, clock, lesson, plan, worksheet
from ui.words import prose

HERE = "http://localhost:8501"  # where `make run` serves, as long as the browser has not told the address


def show_plan() -> None:
    steps = lesson().steps
    for step, (start, end) in zip(steps, clock(steps), strict=True):
        with st.container(border=True):
            st.markdown(f"**{start}–{end} min · {step.title}**")
            st.markdown(f"{step.do}\n\n*Watch:* {step.watch}")
            with st.container(horizontal=True):
                link_to(step.picture.chapter, f"Open {step.picture.chapter.title}", step.picture.query)
                if step.reveal:
                    link_to(step.picture.chapter, "… with the answer", step.picture.answered(step.reveal).query)


def show_questions() -> None:
    for number, question in enumerate(lesson().questions, start=1):
        boxes = "   ".join(f"☐ {option}" for option in question.options)
        st.markdown(f"{number}\\. {question.ask}\n\n{boxes}")


def take_back_answers() -> None:
    forget_settings({question.key for question in lesson().questions})


with frame("for_teachers"):
    base = base_of(st.context.url or HERE)
    st.subheader("The lesson", anchor=False)
    prose("for_teachers/using")
    show_plan()
    st.download_button("The plan with whole links, as text", plan(lesson().steps, base), "lesson.md", key="ft_plan")
    st.subheader("The worksheet", anchor=False)
    st.download_button("The worksheet to print", worksheet(lesson().questions, base), "worksheet.html", key="ft_sheet")
    with st.expander("The questions"):
        show_questions()
    st.subheader("Hiding answers", anchor=False)
    prose("for_teachers/hiding")
    st.button("Take back all answers", on_click=take_back_answers, key="ft_hide")
    st.subheader("What students get wrong", anchor=False)
    show_mistakes(lesson().mistakes)
    st.subheader("Hosting it for a class", anchor=False)
    prose("for_teachers/hosting")
