/// Lays an overlay over a scheme's document: mappings are merged key by key, everything else is replaced; only what an
/// overlay may change is let through, and every merged value keeps the place where it was written.
struct DocumentMerge {
    /// The scheme lacks weights and rows, which an overlay then supplies.
    var isIncomplete: Bool

    mutating func lay(
        _ change: DocumentNode, over base: DocumentNode, at path: [String]
    ) throws(SchemeFault) -> DocumentNode {
        guard case .mapping(let changes) = change.content, case .mapping(var members) = base.content,
            !isReplacedWhole(path)
        else { return change }
        for member in changes {
            let index = members.firstIndex { $0.key == member.key }
            let memberPath = path + [member.key]
            guard isChangeable(memberPath, isThere: index != nil) else {
                throw member.value.fault(
                    .notChangeable,
                    chinese:
                        "调整文件不能改这里；可改 period 的 from/to、options、grades、groups、incomplete 方案的缺项，以及指标的 points、options、rule（type 除外）",
                    english:
                        "an overlay may not change this; it may change period.from/to, options, grades, groups, what an incomplete scheme lacks, and an indicator's points, options and rule (except its type)"
                )
            }
            if let index {
                members[index].value = try lay(member.value, over: members[index].value, at: memberPath)
            } else {
                members.append(member)
            }
        }
        var merged = base
        merged.content = .mapping(members)
        return merged
    }

    /// Inside these, a list of things by key is one value: to change it is to state it whole.
    private func isReplacedWhole(_ path: [String]) -> Bool {
        path.count == 4 && path[0] == "indicators" && path[2] == "rule"
    }

    private func isChangeable(_ path: [String], isThere: Bool) -> Bool {
        switch (path.first, path.count) {
        case ("period", 1), ("options", 1...2), ("grades", 1), ("groups", 1), ("indicators", 1): return true
        case ("period", 2): return path[1] == "from" || path[1] == "to"
        case ("groups", 2): return isThere || isIncomplete
        case ("points", 1), ("incomplete", 1): return isIncomplete
        case ("indicators", 2): return isThere || isIncomplete
        case ("indicators", _):
            if isIncomplete { return true }
            return switch path[2] {
            case "points": true
            case "options": true
            case "rule": path.count == 3 || path[3] != "type"
            default: false
            }
        default: return false
        }
    }
}
