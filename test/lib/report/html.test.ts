import { html, trusted } from "../../../lib/report/html";

describe("the html template", () => {
  it("escapes text, in content and in attributes", () => {
    expect(html`<a title="${`"'`}">${"<script>&"}</a>`.text).toBe('<a title="&quot;&#39;">&lt;script&gt;&amp;</a>');
  });

  it("keeps markup of its own and joins lists", () => {
    expect(html`<ul>${["a", "<"].map((item) => html`<li>${item}</li>`)}</ul>`.text).toBe(
      "<ul><li>a</li><li>&lt;</li></ul>",
    );
  });

  it("leaves out null, undefined and false, but not 0", () => {
    expect(html`${null}${undefined}${false}${0}`.text).toBe("0");
  });

  it("takes trusted markup as it is", () => {
    expect(html`${trusted("<br>")}`.text).toBe("<br>");
  });
});
