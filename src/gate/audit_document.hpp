#pragma once
#include "model/audit.hpp"
#include "model/document.hpp"

namespace perfgate::gate {

/// An audit report as people read it; every format of text or paper prints this.
doc::Document audit_document(const Audit& audit);

}  // namespace perfgate::gate
