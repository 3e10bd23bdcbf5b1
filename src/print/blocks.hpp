#pragma once
// Headings, paragraphs, lists, code, facts: all that is text.

#include "model/document.hpp"
#include "print/flow.hpp"

namespace perfgate::print {

/// The title, what stands below it, and the verdict: the beginning of the first page.
void put_front(Flow& flow, const doc::Document& document);

/// `with` is the height that must follow on the same page.
void put(Flow& flow, const doc::Heading& heading, double with);
void put(Flow& flow, const doc::Paragraph& paragraph);
void put(Flow& flow, const doc::Bullets& bullets);
void put(Flow& flow, const doc::Code& code);
void put(Flow& flow, const doc::Facts& facts);

/// Of a heading itself, with the space above it.
double heading_height(Flow& flow, const doc::Heading& heading);

/// Lines from the first to the last page that they need: never one alone at the foot or the head of
/// a page. `before` is called for each part, with its height, before it is drawn.
void put_lines(Flow& flow, const Text& text, double indent,
               const std::function<void(double height)>& before = {});

}  // namespace perfgate::print
