#pragma once
#include <optional>

#include "sys/host.hpp"

namespace perfgate::sys {

/// For how long, since the machine was started, something that could have run had to wait for a
/// processor, in seconds: of our control group where that is told, else of the whole machine; and
/// what a hypervisor gave to others meanwhile ("stolen"), of all processors together. Nothing where
/// the kernel does not tell the first (before 4.20, or without CONFIG_PSI). The difference over a
/// launch says how contended the machine was. Source: Linux, Documentation/accounting/psi.rst and
/// filesystems/proc.rst, section 1.7.
std::optional<double> cpu_wait_seconds(const HostSource& source);

}  // namespace perfgate::sys
