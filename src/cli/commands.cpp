#include "cli/command.hpp"

#define COMMANDS(X) \
  X(gate)           \
  X(ab)             \
  X(compare)        \
  X(report)         \
  X(baseline)       \
  X(history)        \
  X(publish)        \
  X(init)           \
  X(audit)          \
  X(run)            \
  X(import)         \
  X(check)          \
  X(validate)       \
  X(detect)         \
  X(qualify)        \
  X(bisect)         \
  X(pre_push)       \
  X(doctor)         \
  X(explain)        \
  X(config)

namespace perfgate::cli {

#define DECLARE(unit) Command unit##_command();
COMMANDS(DECLARE)
#undef DECLARE

std::span<const Command> commands() {
#define CALL(unit) unit##_command(),
  static const Command table[] = {COMMANDS(CALL)};
#undef CALL
  return table;
}

}  // namespace perfgate::cli
