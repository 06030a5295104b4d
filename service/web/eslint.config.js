// What the client is linted by: every rule of typescript-eslint that knows types, hooks, and accessibility.
import js from "@eslint/js";
import jsxA11y from "eslint-plugin-jsx-a11y";
import hooks from "eslint-plugin-react-hooks";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist/", "src/api/schema.d.ts"] },
  js.configs.recommended,
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-console": "error",
      "no-restricted-syntax": [
        "error",
        {
          selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']",
          message: "Names come from strangers: React writes them as text, and nothing else does.",
        },
        { selector: "JSXAttribute[name.name='style']", message: "Styles are tokens: use sx or styled." },
      ],
    },
  },
  {
    files: ["src/**/*.{ts,tsx}"],
    extends: [jsxA11y.flatConfigs.strict, hooks.configs.flat["recommended-latest"]],
    // It warns who compiles with the React compiler, which is not here.
    rules: { "react-hooks/incompatible-library": "off" },
  },
  { files: ["src/**/*.test.*"], rules: { "@typescript-eslint/no-non-null-assertion": "off" } },
  { files: ["scripts/**"], rules: { "no-console": "off" } },
);
