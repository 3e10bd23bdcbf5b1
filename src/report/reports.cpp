#include <fmt/format.h>

#include "base/text.hpp"
#include "report/report.hpp"

#define REPORTS(X) \
  X(text)          \
  X(md)            \
  X(json)

namespace perfgate::report {

#define DECLARE(unit) Format unit();
REPORTS(DECLARE)
#undef DECLARE

std::span<const Format> all() {
#define CALL(unit) unit(),
  static const Format table[] = {REPORTS(CALL)};
#undef CALL
  return table;
}

Result<Format> find(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Format& format : all()) {
    if (format.name == name) return format;
    names.push_back(format.name);
  }
  const auto close = nearest(name, names);
  return fail(Code::usage, fmt::format("format `{}` is not known", safe_text(name, 40)),
              close ? fmt::format("did you mean `{}`?", *close)
                    : fmt::format("formats: {}", fmt::join(names, ", ")));
}

}  // namespace perfgate::report
