internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation

/// A role that a key can have: what the public may, everybody may without one.
enum RoleName: String, ExpressibleByArgument, CaseIterable {
    case recorder, auditor, administrator, subscriber

    var role: Role {
        switch self {
        case .recorder: .recorder
        case .auditor: .auditor
        case .administrator: .administrator
        case .subscriber: .subscriber
        }
    }
}

/// `keys api`: the keys of the service.
struct APIKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "服务的密钥 The keys of the service.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county keys api new --name 市平台 --role recorder --source urn:platform:1
              credit-archive --archive ./county keys api new --name 审计 --role auditor --expires 2027-01-01
              credit-archive --archive ./county keys api list
              credit-archive --archive ./county keys api revoke k3x9m2qa
            密钥只显示一次，档案库只存其摘要；服务运行中也可发放和撤销。
            A key is shown once, the archive keeps its hash; keys are issued and revoked while the service runs, too.
            """, subcommands: [New.self, List.self, Revoke.self])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "发放密钥 Issue a key; it is shown this once.")

        @OptionGroup var global: GlobalOptions

        @Option(help: "用途，不写姓名 What it is for, never a person's name.")
        var name: String

        @Option(help: "角色 Role: recorder, auditor, administrator or subscriber (repeatable).")
        var role: [RoleName]

        @Option(help: "只以此来源收录 Records from this source only; a trailing * for all that begin so (repeatable).")
        var source: [String] = []

        @Option(help: "只限此行政区划 Records and reads of this region only (repeatable).")
        var region: [String] = []

        @Option(help: "失效日 The first day on which it is not taken any more.")
        var expires: String?

        func run() throws {
            let regions = try region.map { text in
                guard let code = RegionCode(text) else {
                    throw ArchiveError(
                        .usage, "region-malformed", field: "--region", chinese: "行政区划代码应为 6、9 或 12 位数字",
                        english: "a region has 6, 9 or 12 digits")
                }
                return code
            }
            let expiresOn = try expires.map { text in
                guard let day = CalendarDay(text) else {
                    throw ArchiveError(
                        .usage, "day-malformed", field: "--expires", chinese: "“\(text)”不是日期，请写成 2027-01-01",
                        english: "'\(text)' is no day; write 2027-01-01")
                }
                return day
            }
            let (key, secret) = try global.keys().issue(
                name: name, roles: Set(role.map(\.role)), scope: RecordingScope(sources: source, regions: regions),
                expiresOn: expiresOn)
            let say = global.language
            try global.renderer.record([
                (say("编号", "id"), key.id), (say("密钥（只显示这一次）", "key (shown this once)"), secret),
            ]) { writer in
                writer.beginObject()
                writer.key("key")
                key.write(to: &writer, withDigest: false)
                writer.member("secret", secret)
                writer.endObject()
            }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "列出密钥 Every key that was issued.")

        @OptionGroup var global: GlobalOptions

        func run() throws {
            let say = global.language
            try global.renderer.list(
                global.keys().all(),
                [
                    .init(say("编号", "id")) { $0.id }, .init(say("用途", "name"), flexible: true) { $0.name },
                    .init(say("角色", "roles")) { $0.roles.map(\.rawValue).sorted().joined(separator: " ") },
                    .init(say("来源", "sources")) { $0.scope.sources.joined(separator: " ") },
                    .init(say("区划", "regions")) { $0.scope.regions.map(\.text).joined(separator: " ") },
                    .init(say("失效日", "expires")) { $0.expiresOn?.description ?? "" },
                    .init(say("撤销于", "revoked")) { $0.revokedAt ?? "" },
                ], empty: say("还没有发过密钥", "no key was issued")
            ) { $0.write(to: &$1, withDigest: false) }
        }
    }

    struct Revoke: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "撤销密钥 Revoke a key for good.")

        @OptionGroup var global: GlobalOptions

        @Argument(help: "密钥编号 The key's id.")
        var id: String

        func run() throws {
            let key = try global.keys().revoke(id)
            let say = global.language
            try global.renderer.record([
                (say("编号", "id"), key.id), (say("撤销于", "revoked"), key.revokedAt ?? ""),
            ]) { key.write(to: &$0, withDigest: false) }
        }
    }
}

extension GlobalOptions {
    /// The keys of the archive's service; there need not be a free writer's lock for them.
    fileprivate func keys() throws -> APIKeys {
        let folder = try folder()
        guard folder.exists else {
            throw ArchiveError(
                .unavailable, "no-archive", chinese: "\(folder.path) 不是档案库；请检查路径，或用 init 新建",
                english: "there is no archive at \(folder.path); check the path, or make one with init")
        }
        return APIKeys(folder)
    }
}

struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "查阅记录：谁在何时为何读了什么 Who read what that is not public, when and why.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county access --subject 11419801MB0000027Y
              credit-archive --archive ./county access --by key/k3x9m2qa --from 2026-01-01 --to 2026-02-01 --format csv
            经服务（serve）查阅非公示记录时记入 access.sqlite，一秒之内落盘；断电可能丢失最后一秒的查阅记录。
            Readings through the service are in access.sqlite within a second; a power cut may take the last second of them.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "查阅者 The reader, such as key/k3x9m2qa.")
    var by: String?

    @Option(help: "主体或事项 The body or case that was read.")
    var subject: String?

    @Option(help: "起始：日期，或带时区的时刻 From this day or time (RFC 3339 with its zone).")
    var from: String?

    @Option(help: "结束（不含）：日期，或带时区的时刻 Until this day or time, not included.")
    var to: String?

    @Option(help: "至多多少条，最近的在前 At most so many, the newest first.")
    var limit = 1_000

    func run() throws {
        var query = AccessQuery()
        query.principal = by
        query.subject = subject
        query.from = try from.map { try milliseconds($0, "--from") }
        query.to = try to.map { try milliseconds($0, "--to") }
        query.limit = limit
        let say = global.language
        try global.renderer.list(
            AccessLog.read(global.folder(), query),
            [
                .init(say("时间", "time")) { $0.time }, .init(say("查阅者", "who")) { $0.principal },
                .init(say("请求", "request"), flexible: true) { $0.request },
                .init(say("对象", "subject")) { $0.subject ?? "" }, .init(say("用途", "why")) { $0.purpose ?? "" },
                .init(say("状态", "status"), number: true) { String($0.status) },
            ], empty: say("没有查阅记录", "nothing was read")
        ) { $0.write(to: &$1) }
    }

    /// A day begins at midnight in Asia/Shanghai.
    private func milliseconds(_ text: String, _ field: String) throws -> Int64 {
        if let day = CalendarDay(text) { return Int64(day.ordinal) * 86_400_000 - 8 * 3_600_000 }
        guard let time = RecordedTime.milliseconds(rfc3339: text) else {
            throw ArchiveError(
                .usage, "time-malformed", field: field,
                chinese: "“\(text)”应为日期，或带时区的时刻，如 2026-01-01T08:00:00+08:00",
                english: "'\(text)' should be a day, or a time with its zone, such as 2026-01-01T08:00:00+08:00")
        }
        return time
    }
}
