internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

/// Duties as a table.
enum DutyTable {
    /// What the scheme's source calls a step, with the common name that tables take where that is another one.
    static func name(_ name: String, _ type: EventType) -> String {
        // A consequence goes by its measure, a case's rectification by its own name.
        let isStep = EvaluationStep.shape(of: type).map { !$0.required.contains(.measure) } ?? false
        return name == type.chinese || !isStep ? name : "\(name)（\(type.chinese)）"
    }

    static func show(_ duties: [Duty], _ renderer: Renderer, _ say: Language) throws {
        try renderer.list(
            duties,
            [
                .init(say("期限", "due")) {
                    $0.step.dueOn?.description ?? ($0.step.missing.map { "缺 \($0.year) 年通知" } ?? "—")
                },
                .init(say("余日", "days left"), number: true) { $0.daysLeft.map(String.init) ?? "" },
                .init("") { $0.isOverdue ? say("逾期", "overdue") : "" },
                .init(say("步骤", "step")) { name($0.step.name, $0.step.type) },
                .init(say("单位", "body"), flexible: true) { $0.bodyName ?? $0.step.body?.text ?? "" },
                .init(say("性质", "nature")) { say($0.step.nature.chinese, $0.step.nature.english) },
                .init(say("依据", "source"), flexible: true) { $0.step.source },
                .init(say("轮次或事项", "round or case")) { $0.round?.stream ?? $0.caseID?.text ?? "" },
            ], empty: say("没有待办事项", "nothing is open")
        ) { $1.value($0) }
    }
}
