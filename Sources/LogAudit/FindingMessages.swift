extension Finding.Code {
    /// One sentence in each language, without the detail.
    var messages: (chinese: String, english: String) {
        Finding.Code.sentences[self] ?? ("日志有缺陷，请报告", "The log has a defect: report it")
    }

    private static let sentences: [Finding.Code: (chinese: String, english: String)] = [
        .entryMissing: ("缺少记录，请停止写入并从备份核对", "Entries are missing: stop writing and compare with a backup"),
        .entryExtra: (
            "有不应存在的记录，请停止写入并查明来源",
            "There are entries that should not be: stop writing and find out where they came from"
        ),
        .entryAltered: ("记录被改动，请停止写入并从备份核对", "An entry was altered: stop writing and compare with a backup"),
        .tileMissing: ("缺少哈希块，请停止写入并从备份核对", "A tile is missing: stop writing and compare with a backup"),
        .tileExtra: ("有多余的哈希块，请查明来源", "There is a tile too many: find out where it came from"),
        .tileAltered: ("哈希块被改动，请停止写入并从备份核对", "A tile was altered: stop writing and compare with a backup"),
        .headMissing: ("记录没有相应的树头，请停止写入并从备份核对", "No head covers the entries: stop writing and compare with a backup"),
        .headWrong: (
            "树头与记录不符，记录或树头被改动，请停止写入并从备份核对",
            "A head does not fit the entries, either was altered: stop writing and compare with a backup"
        ),
        .checkpointMalformed: ("检查点无法读取，请向发布处取回原件核对", "A checkpoint cannot be read: compare with the published one"),
        .checkpointOrigin: ("检查点属于另一个日志，请核对日志名称", "A checkpoint is of another log: check the origin you pinned"),
        .checkpointSignature: (
            "检查点的签名与内容不符，可能被改动，请停止使用并报告",
            "The signature of a checkpoint fails, it may have been altered: do not use it and report it"
        ),
        .checkpointKeyUnknown: (
            "检查点没有受信任的密钥签名，请核对验证密钥，包括已轮换的",
            "No pinned key signed a checkpoint: check the verifier keys, rotated ones included"
        ),
        .checkpointKeyReplaced: (
            "检查点由已停用的密钥签名，可能有人盗用，请停止使用并报告",
            "A checkpoint is signed by a key that was replaced before, it may be in other hands: do not use it and report it"
        ),
        .keyUnfollowed: (
            "日志自此改用新密钥，而你指定的密钥没有（也不能）为它作保；请从公布处另行核实新密钥，确认后以 --key 指定",
            "From here on the log has a new key that the pinned one does not vouch for: confirm it where it was "
                + "published, then pin it with --key"
        ),
        .checkpointAhead: (
            "已签发的检查点多于现有记录，日志被截短，请停止写入并从备份恢复",
            "A signed checkpoint has more entries than there are, the log was cut short: restore a backup"
        ),
        .checkpointWrong: (
            "已签发的检查点与记录不符，历史被改写，请停止写入并报告",
            "A signed checkpoint does not fit the entries, history was rewritten: stop writing and report it"
        ),
        .logTruncated: (
            "日志的记录少于先前的检查点，日志被截短，请停止使用并报告",
            "The log has fewer entries than an earlier checkpoint, it was cut short: do not use it and report it"
        ),
        .historyRewritten: (
            "日志与先前的检查点不符，历史被改写，请停止使用并报告",
            "The log does not fit an earlier checkpoint, history was rewritten: do not use it and report it"
        ),
        .earlierUntrusted: (
            "先前的检查点没有受信任的签名或属于另一个日志，请核对来源",
            "An earlier checkpoint is not signed by a pinned key or is of another log: check where it came from"
        ),
        .storageDamaged: ("数据库文件损坏，请检查磁盘并从备份恢复", "The database file is damaged: check the disk and restore a backup"),
        .tableMissing: ("数据库缺少应有的表，请从备份恢复", "A table of the database is missing: restore a backup"),
        .indexExtra: ("日志的表上有多余的索引，请查明来源", "There is an index that the log does not have: find out where it came from"),
        .entryTooLong: ("记录超过 65,535 字节，请报告", "An entry exceeds 65,535 bytes: report it"),
        .entryNotCanonical: ("记录不是规范的 JSON，请报告", "An entry is not canonical JSON: report it"),
        .creationMissing: ("第一条记录不是建库记录，请从备份恢复", "The first entry is not the archive's creation: restore a backup"),
        .entryUndecodable: (
            "记录无法解读或不合事项的时序规则，请升级程序或报告",
            "An entry cannot be read or breaks the rules of its case: use a newer version or report it"
        ),
        .factsDiffer: (
            "facts.sqlite 与日志不符，请运行 rebuild --from-log", "facts.sqlite differs from the log: run rebuild --from-log"
        ),
        .viewsDiffer: (
            "读模型与日志不符，请运行 rebuild --from-log", "The read models differ from the log: run rebuild --from-log"
        ),
        .projectionStopped: (
            "投影停在它不能处理的记录，请换用能处理它的程序版本，再运行 rebuild",
            "A projection has stopped at an entry it cannot take: use a version that can, then run rebuild"
        ),
        .indexDiffers: (
            "index.sqlite 与日志不符，请删除它，程序会从日志重新得出",
            "index.sqlite differs from the log: delete it, it is derived again"
        ),
        .derivedAhead: (
            "派生文件比日志多，日志可能被截短，请与以前的检查点核对（--against）",
            "A derived file knows more than the log, which may have been cut short: check with --against"
        ),
        .keyForeign: ("日志所载的密钥不是你指定的密钥，请核对来源", "The log names another key than yours: check where it came from"),
        .checkpointMissing: (
            "日志没有签名的检查点，密钥未能证明任何内容，请先签发检查点或用 --against 对照旧检查点",
            "The log has no signed checkpoint, so the key proves nothing: make one, or check with --against"
        ),
        .quorumMissed: (
            "最新检查点的见证未达到策略要求，请用 checkpoint --policy 向见证方取得，或查明其拒绝的原因",
            "The witnesses of the latest checkpoint are not the quorum of the policy: ask them with checkpoint --policy, or "
                + "find out why they refused"
        ),
        .cosignatureInvalid: (
            "见证签名无法读取或与检查点不符，可能被改动，请查明后重新取得",
            "A cosignature cannot be read or does not fit its checkpoint, it may have been altered: find out and ask again"
        ),
        .evidenceDamaged: ("附件缺失或被改动，请从备份恢复", "An attachment is missing or altered: restore a backup"),
        .keyLost: (
            "密封文本的密钥丢失而日志没有销毁记载，这些文本不可读；请恢复密钥备份（keys restore）",
            "A key of sealed texts is lost and the log does not say that it was destroyed: bring it back with keys restore"
        ),
        .keyNotDestroyed: (
            "日志已记载销毁的密钥仍在密钥文件中（旧备份），下次写入时将再次销毁；请同时销毁旧的密钥备份",
            "A key that the log says is destroyed is in the key file, an old backup: the next write destroys it again"
        ),
        .keysUnusable: ("密钥文件不可用，请恢复密钥备份（keys restore）", "The key file is unusable: bring it back with keys restore"),
        .fileMissing: (
            "缺少应有的文件，请向导出方重新索取", "A file that belongs to the export is missing: ask for the export again"
        ),
        .fileUnexpected: (
            "有不属于导出的文件，未予核验，请查明来源",
            "A file does not belong to the export and was not checked: find out where it came from"
        ),
        .fileIrregular: (
            "应为普通文件之处是链接、目录、管道或设备，未予打开，请向导出方重新索取",
            "A link, folder, pipe or device stands in place of a plain file and was not opened: ask for the export again"
        ),
        .fileOversized: (
            "文件超过应有的长度，未予读取，请向导出方重新索取",
            "A file is longer than it can lawfully be and was not read: ask for the export again"
        ),
        .folderTooLarge: (
            "目录中的名称过多，其余未列，请查明来源", "A folder has too many names, the rest was not listed: find out where they came from"
        ),
        .bundleMalformed: (
            "条目包不完整或有多余字节，请向导出方重新索取并核对",
            "A bundle of entries is cut short or has bytes too many: ask for the export again and compare"
        ),
        .partialAltered: (
            "部分哈希块或部分条目包与条目不符，其一被改动，请向导出方重新索取并核对",
            "A partial tile or bundle differs from the entries, either was altered: ask for the export again and compare"
        ),
        .eventsDiffer: (
            "events.ndjson 与条目包不符，请勿使用该文件，并向导出方重新索取",
            "events.ndjson differs from the bundles: do not use it, and ask for the export again"
        ),
        .keysMalformed: (
            "log.vkey 中有一行不是验证密钥，请向日志主管部门核对密钥",
            "A line of log.vkey is no verifier key: compare with the keys that the log's operator publishes"
        ),
        .receiptWrong: (
            "公示记录的收据不能证明其内容，请勿采信并报告",
            "A receipt of a publicised record does not prove it: do not rely on it and report it"
        ),
        .envelopeUnknownKey: (
            "记录的信封有未知的键，请升级程序或报告", "An envelope has an unknown key: use a newer version or report it"
        ),
        .envelopeMalformed: ("记录的信封不完整或格式不对，请报告", "An envelope lacks a key or has a malformed value: report it"),
        .sequenceBroken: ("同一主题的记录编号不连续，请报告", "The entries of a stream are not numbered without gaps: report it"),
        .timeBackwards: (
            "记录时间早于前一条，请核对时钟并报告", "An entry was recorded before the one in front of it: check the clock and report it"
        ),
        .identityRepeated: ("同一来源的标识重复出现，请报告", "The same source and id occur twice: report it"),
    ]
}
