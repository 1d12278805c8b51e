import js from "@eslint/js";
import globals from "globals";

// Text that a reader typed is written as text, never as markup.
const markup = ["innerHTML", "outerHTML", "insertAdjacentHTML", "createContextualFragment"];
const parts = {
  ...js.configs.recommended,
  languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
  rules: {
    ...js.configs.recommended.rules,
    eqeqeq: "error",
    "prefer-const": "error",
    "no-var": "error",
    "no-eval": "error",
    "no-restricted-properties": ["error", ...markup.map((property) => ({ property }))],
  },
};

export default [{ files: ["assets/live/*.js"], ...parts }, { files: ["tests/live/*.js"], ...parts }];
