#include "model/judgement.hpp"

namespace perfgate {

std::string_view label(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::improved:
      return "[PASS]";
    case Verdict::warn:
      return "[WARN]";
    case Verdict::inconclusive:
      return "[INCONCLUSIVE]";
    case Verdict::not_comparable:
      return "[NOT COMPARABLE]";
    case Verdict::not_measured:
      return "[NOT MEASURED]";
    case Verdict::fail:
      return "[FAIL]";
  }
  return "[FAIL]";
}

}  // namespace perfgate
