#include "model/policy.hpp"

#include <algorithm>

namespace perfgate {

const HeadlineRule* Policy::find_headline(std::string_view name) const {
  const auto found = std::ranges::find(headlines, name, &HeadlineRule::headline);
  return found == headlines.end() ? nullptr : &*found;
}

}  // namespace perfgate
