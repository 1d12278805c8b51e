import js from "@eslint/js";
import globals from "globals";

export default [
  {
    ...js.configs.recommended,
    languageOptions: { ecmaVersion: 2023, sourceType: "module", globals: globals.browser },
    rules: { ...js.configs.recommended.rules, eqeqeq: "error", "prefer-const": "error", "no-var": "error" },
  },
];
