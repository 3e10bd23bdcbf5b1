#pragma once
#include <iosfwd>

namespace perfgate {

/// perfgate-eval cp DATA.jsonl OUT.jsonl: the product's change points, with the product's defaults,
/// of series that people marked: {id, values} a line in, {id, cps} a line out.
int evaluate_changepoints(std::istream& in, std::ostream& out);

}  // namespace perfgate
