public import CanonicalJSON
public import CreditModel

// The JSON of rounds and duties (contract §3). Keys come in reading order.

extension Duty: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.nullable("dueOn", step.dueOn)
        writer.member("overdue", isOverdue)
        writer.nullable("daysLeft", daysLeft)
        writer.member("step", step.name)
        writer.member("name", step.type.chinese)
        writer.member("type", step.type.rawValue)
        writer.member("rule", step.missing?.chinese ?? step.nature.chinese)
        writer.member("nature", step.nature.rawValue)
        writer.member("source", step.source)
        writer.member("uncomputable", step.missing?.english)
        writer.member("missingYear", step.missing?.year)
        writer.member("round", round?.stream)
        writer.member("case", caseID?.text)
        writer.nullable("body", step.body)
        writer.member("bodyName", bodyName)
        writer.endObject()
    }
}

extension DerivedFact: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", kind.rawValue)
        writer.member("body", body)
        writer.nullable("day", day)
        writer.member("chinese", chinese)
        writer.member("english", english)
        writer.member("source", source)
        writer.endObject()
    }
}

extension RoundAnswer: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("round", id.stream)
        writer.member("scheme", id.scheme)
        writer.member("year", id.year)
        writer.member("region", id.region)
        writer.member("asOf", day)
        writer.member("evaluator", state.evaluator)
        writer.member("schemeDigest", state.choice?.scheme)
        writer.member("overlay", state.choice?.overlay)
        writer.member("steps", steps)
        writer.key("bodies")
        writer.beginArray()
        for body in state.bodyIDs { if let progress = state.bodies[body] { write(progress, to: &writer) } }
        writer.endArray()
        writer.member("derived", derived)
        writer.member("open", open)
        writer.member("position", position)
        writer.endObject()
    }

    private func write(_ progress: BodyProgress, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", progress.body)
        writer.member("name", names[progress.body])
        writer.member("kind", progress.kind)
        writer.member("stage", stage(of: progress).chinese)
        writer.member("stageEn", stage(of: progress).english)
        writer.nullable("preliminary", progress.preliminary?.total?.shown)
        writer.nullable("final", progress.final?.total?.shown)
        writer.member("grade", progress.final?.grade ?? progress.preliminary?.grade)
        writer.member("finalPosition", progress.finalPosition)
        if let review = reviews[progress.body], review != .none { writer.member("review", review) }
        writer.key("done")
        writer.beginArray()
        for (type, mark) in progress.done.sorted(by: {
            ($0.value.day, $0.value.position) < ($1.value.day, $1.value.position)
        }) {
            writer.beginObject()
            writer.member("type", type.rawValue)
            writer.member("day", mark.day)
            writer.member("position", mark.position)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    /// The furthest step that a body has come to.
    public func stage(of progress: BodyProgress) -> (chinese: String, english: String) {
        let order: [EventType] = [
            .evaluationUploaded, .evaluationAudited, .evaluationFinal, .evaluationApproved, .reviewDecided,
            .reviewRequested, .evaluationDelivered, .evaluationPreliminary, .evaluationVerified, .evaluationCollected,
            .reportFiled, .evaluationUrged,
        ]
        guard let type = order.first(where: progress.has) else { return ("尚无步骤", "no step yet") }
        return (type.chinese, type.rawValue)
    }
}

extension RoundAnswer.Step: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("position", position)
        writer.member("type", type.rawValue)
        writer.member("step", name)
        writer.member("name", type.chinese)
        writer.member("day", day)
        writer.member("actor", actor)
        writer.member("document", document)
        writer.member("body", body)
        writer.member("detail", detail)
        writer.member("summary", summary.chinese)
        writer.endObject()
    }
}

extension ReviewStanding: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .none: break
        case .open(let until):
            writer.member("state", "open")
            writer.member("until", until)
        case .pending(let since):
            writer.member("state", "pending")
            writer.member("since", since)
        case .reviewed(let day, let outcome):
            writer.member("state", "reviewed")
            writer.member("on", day)
            writer.member("outcome", outcome)
        case .final(let since, let cause):
            writer.member("state", "preliminaryIsFinal")
            writer.member("since", since)
            writer.member("cause", cause.rawValue)
        case .uncomputable(let missing):
            writer.member("state", "uncomputable")
            writer.member("year", missing.year)
        }
        writer.endObject()
    }
}
