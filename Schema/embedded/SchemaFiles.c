#include "SchemaFiles.h"

#include <string.h>

// `#embed` is C23, which clang takes in earlier modes, too.
#pragma clang diagnostic ignored "-Wc23-extensions"

// The documents of Schema/, in order of their paths. They are texts: none has a NUL before the one that ends it here.
static const struct {
    const char *path;
    const char *text;
} files[] = {
    {"bundle/check_bundle.py", (const char[]){
#embed "../bundle/check_bundle.py" suffix(, 0)
    }},
    {"bundle/page.css", (const char[]){
#embed "../bundle/page.css" suffix(, 0)
    }},
    {"calendars/state-council-holidays.json", (const char[]){
#embed "../calendars/state-council-holidays.json" suffix(, 0)
    }},
    {"demo/bodies.csv", (const char[]){
#embed "../demo/bodies.csv" suffix(, 0)
    }},
    {"demo/dispositions.csv", (const char[]){
#embed "../demo/dispositions.csv" suffix(, 0)
    }},
    {"demo/incidents.csv", (const char[]){
#embed "../demo/incidents.csv" suffix(, 0)
    }},
    {"demo/observations.csv", (const char[]){
#embed "../demo/observations.csv" suffix(, 0)
    }},
    {"events/archive.created.1.json", (const char[]){
#embed "../events/archive.created.1.json" suffix(, 0)
    }},
    {"events/archive.created.1.submitted.json", (const char[]){
#embed "../events/archive.created.1.submitted.json" suffix(, 0)
    }},
    {"events/body.abolished.1.json", (const char[]){
#embed "../events/body.abolished.1.json" suffix(, 0)
    }},
    {"events/body.abolished.1.submitted.json", (const char[]){
#embed "../events/body.abolished.1.submitted.json" suffix(, 0)
    }},
    {"events/body.moved.1.json", (const char[]){
#embed "../events/body.moved.1.json" suffix(, 0)
    }},
    {"events/body.moved.1.submitted.json", (const char[]){
#embed "../events/body.moved.1.submitted.json" suffix(, 0)
    }},
    {"events/body.recoded.1.json", (const char[]){
#embed "../events/body.recoded.1.json" suffix(, 0)
    }},
    {"events/body.recoded.1.submitted.json", (const char[]){
#embed "../events/body.recoded.1.submitted.json" suffix(, 0)
    }},
    {"events/body.registered.1.json", (const char[]){
#embed "../events/body.registered.1.json" suffix(, 0)
    }},
    {"events/body.registered.1.submitted.json", (const char[]){
#embed "../events/body.registered.1.submitted.json" suffix(, 0)
    }},
    {"events/body.renamed.1.json", (const char[]){
#embed "../events/body.renamed.1.json" suffix(, 0)
    }},
    {"events/body.renamed.1.submitted.json", (const char[]){
#embed "../events/body.renamed.1.submitted.json" suffix(, 0)
    }},
    {"events/body.reparented.1.json", (const char[]){
#embed "../events/body.reparented.1.json" suffix(, 0)
    }},
    {"events/body.reparented.1.submitted.json", (const char[]){
#embed "../events/body.reparented.1.submitted.json" suffix(, 0)
    }},
    {"events/calendar.adopted.1.json", (const char[]){
#embed "../events/calendar.adopted.1.json" suffix(, 0)
    }},
    {"events/calendar.adopted.1.submitted.json", (const char[]){
#embed "../events/calendar.adopted.1.submitted.json" suffix(, 0)
    }},
    {"events/common.1.json", (const char[]){
#embed "../events/common.1.json" suffix(, 0)
    }},
    {"events/consequence.ended.1.json", (const char[]){
#embed "../events/consequence.ended.1.json" suffix(, 0)
    }},
    {"events/consequence.ended.1.submitted.json", (const char[]){
#embed "../events/consequence.ended.1.submitted.json" suffix(, 0)
    }},
    {"events/consequence.imposed.1.json", (const char[]){
#embed "../events/consequence.imposed.1.json" suffix(, 0)
    }},
    {"events/consequence.imposed.1.submitted.json", (const char[]){
#embed "../events/consequence.imposed.1.submitted.json" suffix(, 0)
    }},
    {"events/display.restored.1.json", (const char[]){
#embed "../events/display.restored.1.json" suffix(, 0)
    }},
    {"events/display.restored.1.submitted.json", (const char[]){
#embed "../events/display.restored.1.submitted.json" suffix(, 0)
    }},
    {"events/display.withheld.1.json", (const char[]){
#embed "../events/display.withheld.1.json" suffix(, 0)
    }},
    {"events/display.withheld.1.submitted.json", (const char[]){
#embed "../events/display.withheld.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.answered.1.json", (const char[]){
#embed "../events/evaluation.answered.1.json" suffix(, 0)
    }},
    {"events/evaluation.answered.1.submitted.json", (const char[]){
#embed "../events/evaluation.answered.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.approved.1.json", (const char[]){
#embed "../events/evaluation.approved.1.json" suffix(, 0)
    }},
    {"events/evaluation.approved.1.submitted.json", (const char[]){
#embed "../events/evaluation.approved.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.audited.1.json", (const char[]){
#embed "../events/evaluation.audited.1.json" suffix(, 0)
    }},
    {"events/evaluation.audited.1.submitted.json", (const char[]){
#embed "../events/evaluation.audited.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.collected.1.json", (const char[]){
#embed "../events/evaluation.collected.1.json" suffix(, 0)
    }},
    {"events/evaluation.collected.1.submitted.json", (const char[]){
#embed "../events/evaluation.collected.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.commissioned.1.json", (const char[]){
#embed "../events/evaluation.commissioned.1.json" suffix(, 0)
    }},
    {"events/evaluation.commissioned.1.submitted.json", (const char[]){
#embed "../events/evaluation.commissioned.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.compiled.1.json", (const char[]){
#embed "../events/evaluation.compiled.1.json" suffix(, 0)
    }},
    {"events/evaluation.compiled.1.submitted.json", (const char[]){
#embed "../events/evaluation.compiled.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.complained.1.json", (const char[]){
#embed "../events/evaluation.complained.1.json" suffix(, 0)
    }},
    {"events/evaluation.complained.1.submitted.json", (const char[]){
#embed "../events/evaluation.complained.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.delivered.1.json", (const char[]){
#embed "../events/evaluation.delivered.1.json" suffix(, 0)
    }},
    {"events/evaluation.delivered.1.submitted.json", (const char[]){
#embed "../events/evaluation.delivered.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.final.1.json", (const char[]){
#embed "../events/evaluation.final.1.json" suffix(, 0)
    }},
    {"events/evaluation.final.1.submitted.json", (const char[]){
#embed "../events/evaluation.final.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.opened.1.json", (const char[]){
#embed "../events/evaluation.opened.1.json" suffix(, 0)
    }},
    {"events/evaluation.opened.1.submitted.json", (const char[]){
#embed "../events/evaluation.opened.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.planned.1.json", (const char[]){
#embed "../events/evaluation.planned.1.json" suffix(, 0)
    }},
    {"events/evaluation.planned.1.submitted.json", (const char[]){
#embed "../events/evaluation.planned.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.preliminary.1.json", (const char[]){
#embed "../events/evaluation.preliminary.1.json" suffix(, 0)
    }},
    {"events/evaluation.preliminary.1.submitted.json", (const char[]){
#embed "../events/evaluation.preliminary.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.reissued.1.json", (const char[]){
#embed "../events/evaluation.reissued.1.json" suffix(, 0)
    }},
    {"events/evaluation.reissued.1.submitted.json", (const char[]){
#embed "../events/evaluation.reissued.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.relisted.1.json", (const char[]){
#embed "../events/evaluation.relisted.1.json" suffix(, 0)
    }},
    {"events/evaluation.relisted.1.submitted.json", (const char[]){
#embed "../events/evaluation.relisted.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.sent.1.json", (const char[]){
#embed "../events/evaluation.sent.1.json" suffix(, 0)
    }},
    {"events/evaluation.sent.1.submitted.json", (const char[]){
#embed "../events/evaluation.sent.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.uploaded.1.json", (const char[]){
#embed "../events/evaluation.uploaded.1.json" suffix(, 0)
    }},
    {"events/evaluation.uploaded.1.submitted.json", (const char[]){
#embed "../events/evaluation.uploaded.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.urged.1.json", (const char[]){
#embed "../events/evaluation.urged.1.json" suffix(, 0)
    }},
    {"events/evaluation.urged.1.submitted.json", (const char[]){
#embed "../events/evaluation.urged.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluation.verified.1.json", (const char[]){
#embed "../events/evaluation.verified.1.json" suffix(, 0)
    }},
    {"events/evaluation.verified.1.submitted.json", (const char[]){
#embed "../events/evaluation.verified.1.submitted.json" suffix(, 0)
    }},
    {"events/evaluators.recommended.1.json", (const char[]){
#embed "../events/evaluators.recommended.1.json" suffix(, 0)
    }},
    {"events/evaluators.recommended.1.submitted.json", (const char[]){
#embed "../events/evaluators.recommended.1.submitted.json" suffix(, 0)
    }},
    {"events/import.completed.1.json", (const char[]){
#embed "../events/import.completed.1.json" suffix(, 0)
    }},
    {"events/import.completed.1.submitted.json", (const char[]){
#embed "../events/import.completed.1.submitted.json" suffix(, 0)
    }},
    {"events/incident.corrected.1.json", (const char[]){
#embed "../events/incident.corrected.1.json" suffix(, 0)
    }},
    {"events/incident.corrected.1.submitted.json", (const char[]){
#embed "../events/incident.corrected.1.submitted.json" suffix(, 0)
    }},
    {"events/incident.determined.1.json", (const char[]){
#embed "../events/incident.determined.1.json" suffix(, 0)
    }},
    {"events/incident.determined.1.submitted.json", (const char[]){
#embed "../events/incident.determined.1.submitted.json" suffix(, 0)
    }},
    {"events/incident.revoked.1.json", (const char[]){
#embed "../events/incident.revoked.1.json" suffix(, 0)
    }},
    {"events/incident.revoked.1.submitted.json", (const char[]){
#embed "../events/incident.revoked.1.submitted.json" suffix(, 0)
    }},
    {"events/key.rotated.1.json", (const char[]){
#embed "../events/key.rotated.1.json" suffix(, 0)
    }},
    {"events/key.rotated.1.submitted.json", (const char[]){
#embed "../events/key.rotated.1.submitted.json" suffix(, 0)
    }},
    {"events/measure.imposed.1.json", (const char[]){
#embed "../events/measure.imposed.1.json" suffix(, 0)
    }},
    {"events/measure.imposed.1.submitted.json", (const char[]){
#embed "../events/measure.imposed.1.submitted.json" suffix(, 0)
    }},
    {"events/measure.lifted.1.json", (const char[]){
#embed "../events/measure.lifted.1.json" suffix(, 0)
    }},
    {"events/measure.lifted.1.submitted.json", (const char[]){
#embed "../events/measure.lifted.1.submitted.json" suffix(, 0)
    }},
    {"events/objection.decided.1.json", (const char[]){
#embed "../events/objection.decided.1.json" suffix(, 0)
    }},
    {"events/objection.decided.1.submitted.json", (const char[]){
#embed "../events/objection.decided.1.submitted.json" suffix(, 0)
    }},
    {"events/objection.filed.1.json", (const char[]){
#embed "../events/objection.filed.1.json" suffix(, 0)
    }},
    {"events/objection.filed.1.submitted.json", (const char[]){
#embed "../events/objection.filed.1.submitted.json" suffix(, 0)
    }},
    {"events/objection.withdrawn.1.json", (const char[]){
#embed "../events/objection.withdrawn.1.json" suffix(, 0)
    }},
    {"events/objection.withdrawn.1.submitted.json", (const char[]){
#embed "../events/objection.withdrawn.1.submitted.json" suffix(, 0)
    }},
    {"events/observation.recorded.1.json", (const char[]){
#embed "../events/observation.recorded.1.json" suffix(, 0)
    }},
    {"events/observation.recorded.1.submitted.json", (const char[]){
#embed "../events/observation.recorded.1.submitted.json" suffix(, 0)
    }},
    {"events/origin.changed.1.json", (const char[]){
#embed "../events/origin.changed.1.json" suffix(, 0)
    }},
    {"events/origin.changed.1.submitted.json", (const char[]){
#embed "../events/origin.changed.1.submitted.json" suffix(, 0)
    }},
    {"events/publicity.expired.1.json", (const char[]){
#embed "../events/publicity.expired.1.json" suffix(, 0)
    }},
    {"events/publicity.expired.1.submitted.json", (const char[]){
#embed "../events/publicity.expired.1.submitted.json" suffix(, 0)
    }},
    {"events/rectification.accepted.1.json", (const char[]){
#embed "../events/rectification.accepted.1.json" suffix(, 0)
    }},
    {"events/rectification.accepted.1.submitted.json", (const char[]){
#embed "../events/rectification.accepted.1.submitted.json" suffix(, 0)
    }},
    {"events/rectification.ordered.1.json", (const char[]){
#embed "../events/rectification.ordered.1.json" suffix(, 0)
    }},
    {"events/rectification.ordered.1.submitted.json", (const char[]){
#embed "../events/rectification.ordered.1.submitted.json" suffix(, 0)
    }},
    {"events/rectification.reported.1.json", (const char[]){
#embed "../events/rectification.reported.1.json" suffix(, 0)
    }},
    {"events/rectification.reported.1.submitted.json", (const char[]){
#embed "../events/rectification.reported.1.submitted.json" suffix(, 0)
    }},
    {"events/repair.accepted.1.json", (const char[]){
#embed "../events/repair.accepted.1.json" suffix(, 0)
    }},
    {"events/repair.accepted.1.submitted.json", (const char[]){
#embed "../events/repair.accepted.1.submitted.json" suffix(, 0)
    }},
    {"events/repair.applied.1.json", (const char[]){
#embed "../events/repair.applied.1.json" suffix(, 0)
    }},
    {"events/repair.applied.1.submitted.json", (const char[]){
#embed "../events/repair.applied.1.submitted.json" suffix(, 0)
    }},
    {"events/repair.declined.1.json", (const char[]){
#embed "../events/repair.declined.1.json" suffix(, 0)
    }},
    {"events/repair.declined.1.submitted.json", (const char[]){
#embed "../events/repair.declined.1.submitted.json" suffix(, 0)
    }},
    {"events/repair.granted.1.json", (const char[]){
#embed "../events/repair.granted.1.json" suffix(, 0)
    }},
    {"events/repair.granted.1.submitted.json", (const char[]){
#embed "../events/repair.granted.1.submitted.json" suffix(, 0)
    }},
    {"events/repair.refused.1.json", (const char[]){
#embed "../events/repair.refused.1.json" suffix(, 0)
    }},
    {"events/repair.refused.1.submitted.json", (const char[]){
#embed "../events/repair.refused.1.submitted.json" suffix(, 0)
    }},
    {"events/repair.rescinded.1.json", (const char[]){
#embed "../events/repair.rescinded.1.json" suffix(, 0)
    }},
    {"events/repair.rescinded.1.submitted.json", (const char[]){
#embed "../events/repair.rescinded.1.submitted.json" suffix(, 0)
    }},
    {"events/report.adjudged.1.json", (const char[]){
#embed "../events/report.adjudged.1.json" suffix(, 0)
    }},
    {"events/report.adjudged.1.submitted.json", (const char[]){
#embed "../events/report.adjudged.1.submitted.json" suffix(, 0)
    }},
    {"events/report.faulted.1.json", (const char[]){
#embed "../events/report.faulted.1.json" suffix(, 0)
    }},
    {"events/report.faulted.1.submitted.json", (const char[]){
#embed "../events/report.faulted.1.submitted.json" suffix(, 0)
    }},
    {"events/report.filed.1.json", (const char[]){
#embed "../events/report.filed.1.json" suffix(, 0)
    }},
    {"events/report.filed.1.submitted.json", (const char[]){
#embed "../events/report.filed.1.submitted.json" suffix(, 0)
    }},
    {"events/review.decided.1.json", (const char[]){
#embed "../events/review.decided.1.json" suffix(, 0)
    }},
    {"events/review.decided.1.submitted.json", (const char[]){
#embed "../events/review.decided.1.submitted.json" suffix(, 0)
    }},
    {"events/review.requested.1.json", (const char[]){
#embed "../events/review.requested.1.json" suffix(, 0)
    }},
    {"events/review.requested.1.submitted.json", (const char[]){
#embed "../events/review.requested.1.submitted.json" suffix(, 0)
    }},
    {"events/review.supplemented.1.json", (const char[]){
#embed "../events/review.supplemented.1.json" suffix(, 0)
    }},
    {"events/review.supplemented.1.submitted.json", (const char[]){
#embed "../events/review.supplemented.1.submitted.json" suffix(, 0)
    }},
    {"events/scheme.adopted.1.json", (const char[]){
#embed "../events/scheme.adopted.1.json" suffix(, 0)
    }},
    {"events/scheme.adopted.1.submitted.json", (const char[]){
#embed "../events/scheme.adopted.1.submitted.json" suffix(, 0)
    }},
    {"events/statement.attached.1.json", (const char[]){
#embed "../events/statement.attached.1.json" suffix(, 0)
    }},
    {"events/statement.attached.1.submitted.json", (const char[]){
#embed "../events/statement.attached.1.submitted.json" suffix(, 0)
    }},
    {"events/subjectkey.destroyed.1.json", (const char[]){
#embed "../events/subjectkey.destroyed.1.json" suffix(, 0)
    }},
    {"events/subjectkey.destroyed.1.submitted.json", (const char[]){
#embed "../events/subjectkey.destroyed.1.submitted.json" suffix(, 0)
    }},
    {"exchange/exchange.withdrawn.1.json", (const char[]){
#embed "../exchange/exchange.withdrawn.1.json" suffix(, 0)
    }},
    {"export/AUDIT.md", (const char[]){
#embed "../export/AUDIT.md" suffix(, 0)
    }},
    {"export/PUBLIC.md", (const char[]){
#embed "../export/PUBLIC.md" suffix(, 0)
    }},
    {"export/audit.py", (const char[]){
#embed "../export/audit.py" suffix(, 0)
    }},
    {"openapi.yaml", (const char[]){
#embed "../openapi.yaml" suffix(, 0)
    }},
    {"policies/default.json", (const char[]){
#embed "../policies/default.json" suffix(, 0)
    }},
    {"report/report.css", (const char[]){
#embed "../report/report.css" suffix(, 0)
    }},
    {"schemes/jiangsu-2020.yaml", (const char[]){
#embed "../schemes/jiangsu-2020.yaml" suffix(, 0)
    }},
    {"schemes/openness-appraisal.yaml", (const char[]){
#embed "../schemes/openness-appraisal.yaml" suffix(, 0)
    }},
    {"schemes/openness-assessment.yaml", (const char[]){
#embed "../schemes/openness-assessment.yaml" suffix(, 0)
    }},
    {"schemes/options.yaml", (const char[]){
#embed "../schemes/options.yaml" suffix(, 0)
    }},
    {"schemes/province-integrity.yaml", (const char[]){
#embed "../schemes/province-integrity.yaml" suffix(, 0)
    }},
    {"schemes/themes.yaml", (const char[]){
#embed "../schemes/themes.yaml" suffix(, 0)
    }},
    {"schemes/tongbai-2023-department.yaml", (const char[]){
#embed "../schemes/tongbai-2023-department.yaml" suffix(, 0)
    }},
    {"schemes/tongbai-2023-township.yaml", (const char[]){
#embed "../schemes/tongbai-2023-township.yaml" suffix(, 0)
    }},
    {"sql/access.sql", (const char[]){
#embed "../sql/access.sql" suffix(, 0)
    }},
    {"sql/exchange.sql", (const char[]){
#embed "../sql/exchange.sql" suffix(, 0)
    }},
    {"sql/facts.sql", (const char[]){
#embed "../sql/facts.sql" suffix(, 0)
    }},
    {"sql/index.sql", (const char[]){
#embed "../sql/index.sql" suffix(, 0)
    }},
    {"sql/log.sql", (const char[]){
#embed "../sql/log.sql" suffix(, 0)
    }},
    {"sql/proposals.sql", (const char[]){
#embed "../sql/proposals.sql" suffix(, 0)
    }},
    {"sql/read.sql", (const char[]){
#embed "../sql/read.sql" suffix(, 0)
    }},
    {"sql/witness.sql", (const char[]){
#embed "../sql/witness.sql" suffix(, 0)
    }},
};

size_t schema_file_count(void) { return sizeof files / sizeof files[0]; }

struct schema_file schema_file_at(size_t index) {
    return (struct schema_file){files[index].path, files[index].text, strlen(files[index].text)};
}
