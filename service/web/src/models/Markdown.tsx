// A model's card as its author wrote it. Whoever made the model made the text: it becomes words and tables, never HTML, and loads nothing from elsewhere.
import Box from "@mui/material/Box";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

import { Table } from "../figures/Table.tsx";
import { type Model, pictureAddress } from "./read.ts";

interface Props {
  text: string;
  model: Pick<Model, "digest" | "pictures">;
  /** How deep the first heading of the text stands in the page. */
  from?: 2 | 3;
}

export function Markdown({ text, model, from = 2 }: Props) {
  return (
    <Box
      lang="en"
      sx={{
        maxWidth: "64rem",
        overflowWrap: "anywhere",
        "& p, & ul, & ol": { my: 1 },
        "& ul, & ol": { pl: 3 },
        "& code": { fontSize: "0.8125rem", bgcolor: "ours.raised", px: "4px", borderRadius: "3px" },
        "& strong": { fontWeight: 600 },
        "& .wide": { overflowX: "auto", my: 1.5 },
      }}
    >
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={componentsOf(model, from)} skipHtml={false}>
        {text}
      </ReactMarkdown>
    </Box>
  );
}

function componentsOf(model: Props["model"], from: 2 | 3): Components {
  const heading = (depth: number) =>
    function Heading({ children }: { children?: React.ReactNode }) {
      const level = Math.min(6, from + depth) as 2 | 3 | 4 | 5 | 6;
      return (
        <Box
          component={`h${level}`}
          sx={{ typography: depth === 0 ? "h1" : depth === 1 ? "h2" : "body1", fontWeight: 600, mt: 3, mb: 1 }}
        >
          {children}
        </Box>
      );
    };
  return {
    h1: heading(0),
    h2: heading(1),
    h3: heading(2),
    h4: heading(3),
    h5: heading(4),
    h6: heading(5),
    // An address is shown and not followed: a card may come from anybody, and hospitals have no internet.
    a: ({ href, children }) => (
      <span>
        {children}
        {href && href !== children ? ` (${href})` : ""}
      </span>
    ),
    img: ({ src, alt }) => <CardPicture src={typeof src === "string" ? src : ""} alt={alt ?? ""} model={model} />,
    table: ({ children }) => (
      <div className="wide">
        <Table sx={{ typography: "second", width: "auto", "&& th, && td": { px: "8px", py: "4px" } }}>{children}</Table>
      </div>
    ),
    th: ({ children }) => <th scope="col">{children}</th>,
    td: ({ children }) => <td>{children}</td>,
  };
}

/** Only the pictures that belong to the model are shown; of any other, the words that stand for it. */
function CardPicture({ src, alt, model }: { src: string; alt: string; model: Props["model"] }) {
  const picture = model.pictures.find((name) => src === `${name}.png`);
  if (!picture) return <em>{alt}</em>;
  return (
    <Box
      component="img"
      src={pictureAddress(model.digest, picture)}
      alt={alt}
      sx={{
        display: "block",
        width: "100%",
        maxHeight: "34rem",
        objectFit: "contain",
        bgcolor: "common.white",
        borderRadius: 1,
      }}
    />
  );
}
