#include "gate/audit_erased.hpp"

#include <string>
#include <vector>

#include "model/person.hpp"

namespace perfgate::gate {
namespace {

template <class E>
int show(const std::vector<E>& stated, std::vector<E>& computed, std::string E::* name) {
  int shown = 0;
  if (stated.size() != computed.size()) return shown;
  for (std::size_t i = 0; i < stated.size(); ++i) {
    if (computed[i].*name != erased_name || stated[i].*name == erased_name) continue;
    computed[i].*name = stated[i].*name;
    ++shown;
  }
  return shown;
}

}  // namespace

int show_erased_names(const Audit& stated, Audit& computed) {
  return show(stated.baselines, computed.baselines, &Baseline::by) +
         show(stated.waivers, computed.waivers, &Waiver::owner) +
         show(stated.marks, computed.marks, &Mark::by) +
         show(stated.deeds, computed.deeds, &AuditRecord::actor) +
         show(stated.deletions, computed.deletions, &AuditDeletion::by);
}

}  // namespace perfgate::gate
